namespace Godwit.Tests.Servers;

/// <summary>The programs of one major version of PostgreSQL: those of a package, or those fetched by
/// <c>./dev test</c>.</summary>
internal sealed record PostgreSqlPrograms(string Folder, string? Libraries)
{
    /// <summary>Of one major version; skips the test by the server's name when it is not there.</summary>
    public static PostgreSqlPrograms Of(int major)
    {
        var found = new[] { new PostgreSqlPrograms($"/usr/lib/postgresql/{major}/bin", null) }
            .Concat(ServerCache.Folders($"postgresql-{major}.*").Select(folder =>
                new PostgreSqlPrograms(Path.Combine(folder, "bin"), Path.Combine(folder, "lib"))))
            .FirstOrDefault(place => File.Exists(place["postgres"]));
        Assert.SkipWhen(found is null, $"PostgreSQL {major} is not installed: ./dev test installs it where it can.");
        Assert.SkipUnless(HasPsql, "psql is not installed: apt-get install postgresql-client");
        return found!;
    }

    /// <summary>The major version that the distribution brings, the newest below 18 of several.</summary>
    public static int Distribution { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Where(folder => File.Exists(Path.Combine(folder, "bin/postgres")))
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var major) ? major : 0)
            .Where(major => major is > 0 and < 18)
            .DefaultIfEmpty(15)
            .Max()
        : 15;

    private static bool HasPsql { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, "psql")));

    public string this[string program] => Path.Combine(Folder, program);

    /// <summary>Runs as user postgres when we are root: PostgreSQL refuses to be root.</summary>
    public Command Command(string program, params string[] words)
    {
        string[] all = Environment.UserName == "root"
            ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", this[program], .. words]
            : [this[program], .. words];
        return new Command(all[0], all[1..])
        {
            World = Libraries is null
                ? new Dictionary<string, string>()
                : new Dictionary<string, string> { ["LD_LIBRARY_PATH"] = Libraries },
        };
    }
}
