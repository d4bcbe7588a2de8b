namespace Godwit.Cli.Demo.Traffic;

/// <summary>The notes of all writers, as far as they are.</summary>
internal sealed class Notes(string folder)
{
    private readonly Dictionary<string, NoteTail> _tails = [];

    public IReadOnlyList<NoteContent> Read()
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.note"))
            _tails.TryAdd(path, new NoteTail(path));
        return [.. _tails.Values.OrderBy(one => one.Path, StringComparer.Ordinal).Select(one => one.Read())];
    }
}
