namespace Godwit.Tests.Servers;

/// <summary>Where <c>./dev test</c> puts the servers that no package of the distribution brings.</summary>
internal static class ServerCache
{
    /// <summary>As eng/dev.cs has it, which hands it over; an editor that starts a test does not.</summary>
    private static readonly string Place =
        Environment.GetEnvironmentVariable("GODWIT_TEST_SERVERS") ?? Path.Combine(Home(), "godwit-tests");

    /// <summary>The folders with such a name, the newest version first.</summary>
    public static IEnumerable<string> Folders(string pattern) =>
        Directory.Exists(Place)
            ? Directory.GetDirectories(Place, pattern).OrderDescending(StringComparer.Ordinal)
            : [];

    private static string Home() =>
        Environment.UserName == "root"
            ? "/var/cache"
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME")
                ?? Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
