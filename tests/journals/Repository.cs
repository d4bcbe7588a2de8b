namespace Godwit.Tests.Journals;

/// <summary>Where the golden files lie.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Whether changed texts are to be kept as the new ones.</summary>
    public static bool AcceptGolden => Environment.GetEnvironmentVariable("GODWIT_GOLDEN") == "accept";

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run inside the repository.");
    }
}
