using System.Collections.Immutable;

namespace Godwit.Tests.Tidy;

/// <summary>The text files of a repository: the real one, or one made up to see a rule complain.</summary>
public sealed class House(ImmutableArray<HouseFile> files, ImmutableArray<string> rootEntries)
{
    private static readonly string[] Elsewhere = [".git", "artifacts", "bin", "obj"];

    private static readonly Lazy<House> OnDisk = new(Read);

    public static House Real => OnDisk.Value;

    public ImmutableArray<HouseFile> Files { get; } = files;

    public ImmutableArray<string> RootEntries { get; } = rootEntries;

    public IEnumerable<HouseFile> CSharp => Files.Where(file => file.IsCSharp);

    public IEnumerable<HouseFile> Documents => Files.Where(file => file.IsDocument);

    public IEnumerable<HouseFile> Under(string folder) =>
        Files.Where(file => file.Path.StartsWith(folder + "/", StringComparison.Ordinal));

    public IEnumerable<HouseFile> CSharpUnder(string folder) => Under(folder).Where(file => file.IsCSharp);

    public string Text(string path) => Files.FirstOrDefault(file => file.Path == path)?.Text ?? "";

    public static House Of(params (string Path, string Text)[] files) =>
        new([.. files.Select(file => new HouseFile(file.Path, file.Text))],
            [.. files.Select(file => file.Path.Split('/')[0]).Distinct(StringComparer.Ordinal)]);

    /// <summary>The folder that holds the solution, seen from where the tests run.</summary>
    public static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Godwit.slnx")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException(
            $"No folder above {AppContext.BaseDirectory} holds Godwit.slnx: run the tests from a checkout.");
    }

    private static House Read()
    {
        var root = new DirectoryInfo(Root());
        var files = ImmutableArray.CreateBuilder<HouseFile>();
        Collect(root, "", files);
        return new House(files.ToImmutable(), [.. root.EnumerateFileSystemInfos().Select(entry => entry.Name)]);
    }

    private static void Collect(DirectoryInfo folder, string path, ImmutableArray<HouseFile>.Builder files)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            var place = path + entry.Name;
            if (entry is DirectoryInfo inner && !Elsewhere.Contains(entry.Name, StringComparer.Ordinal))
                Collect(inner, place + "/", files);
            else if (entry is FileInfo file && IsText(file))
                files.Add(new HouseFile(place, File.ReadAllText(file.FullName)));
        }
    }

    private static bool IsText(FileInfo file)
    {
        Span<byte> start = stackalloc byte[512];
        using var stream = file.OpenRead();
        var length = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return !start[..length].Contains((byte)0);
    }
}
