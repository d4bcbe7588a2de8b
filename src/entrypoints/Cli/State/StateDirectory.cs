using Godwit.Cli.MigrationFiles;

namespace Godwit.Cli.State;

/// <summary>Where Godwit remembers: one folder a migration, and the key that signs receipts.</summary>
internal sealed class StateDirectory(string path)
{
    private const UnixFileMode OnlyUser =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public string Path { get; } = path;

    public string SigningKey => System.IO.Path.Combine(Path, "signing-key.pem");

    /// <summary>What is given to those who check receipts.</summary>
    public string PublicKey => System.IO.Path.Combine(Path, "signing-key.public.pem");

    /// <summary>As given, or where programs of this user keep their state.</summary>
    public static StateDirectory Of(string? given, Surroundings surroundings)
    {
        if (!string.IsNullOrEmpty(given))
            return new StateDirectory(System.IO.Path.GetFullPath(given, surroundings.Directory));
        // A relative XDG_STATE_HOME is invalid by its specification, and counts as not set.
        var state = surroundings.Variable("XDG_STATE_HOME");
        if (string.IsNullOrEmpty(state) || !System.IO.Path.IsPathRooted(state))
        {
            var home = surroundings.Variable("HOME")
                ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            state = System.IO.Path.Combine(home, ".local", "state");
        }
        return new StateDirectory(System.IO.Path.Combine(state, "godwit"));
    }

    /// <summary>All migrations that have a journal here, by name.</summary>
    public IReadOnlyList<string> Names()
    {
        try
        {
            return [.. new DirectoryInfo(Path).EnumerateDirectories()
                .Select(one => one.Name)
                .Where(one => Home(one).Exists)
                .Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.StateUnusable(Path, refused);
        }
    }

    public MigrationHome Home(string name) => new(name, System.IO.Path.Combine(Path, name));

    /// <summary>The home of a migration that must be there.</summary>
    public MigrationHome Existing(string name)
    {
        if (MigrationFileReader.IsName(name) && Home(name) is { Exists: true } home)
            return home;
        throw CliProblems.NoSuchMigration(name, Path, Suggestion.For(name, Names()));
    }

    public void Create() => Create(Path);

    /// <summary>For the user alone: what is in there can start a cutover.</summary>
    public static void Create(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, OnlyUser);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.StateUnusable(path, refused);
        }
    }
}
