namespace Godwit.Cli.MigrationFiles;

/// <summary>One map of the file: tells what it does not know, and hands out values as they are asked for.</summary>
internal sealed class FileSection
{
    private readonly Dictionary<string, FileNode> _values = new(StringComparer.Ordinal);
    private readonly FileProblems _problems;

    private FileSection(FileNode.Map map, string name, string[] known, FileProblems problems)
    {
        (Line, _problems) = (map.Line, problems);
        foreach (var (key, value) in map.Entries)
        {
            if (!known.Contains(key.Text, StringComparer.Ordinal))
                problems.UnknownKey(key, name, Suggestion.For(key.Text, known), known);
            else if (_values.TryGetValue(key.Text, out var first))
                problems.TwiceGiven(key, name, first.Line);
            else
                _values[key.Text] = value;
        }
    }

    public int Line { get; }

    /// <summary>The node as a section; null, and a problem told, when it is something else.</summary>
    public static FileSection? Of(FileNode node, string name, string[] known, FileProblems problems)
    {
        if (node is FileNode.Map map)
            return new FileSection(map, name, known, problems);
        problems.WrongValue(
            node.Line, name.Trim('\''), Describe(node), $"a map with the keys {string.Join(", ", known)}");
        return null;
    }

    public FileNode? Node(string key) =>
        _values.GetValueOrDefault(key) is { } node && node is not FileNode.Scalar { IsEmpty: true } ? node : null;

    /// <summary>The section under a key; null when it is left out or wrong.</summary>
    public FileSection? Section(string key, params string[] known) =>
        Node(key) is { } node ? Of(node, $"'{key}'", known, _problems) : null;

    public FileNode.Scalar? Scalar(string key) => Node(key) is { } node ? Word(node, key) : null;

    public FileNode.Scalar? Required(string key, string where, string example)
    {
        if (Node(key) is null)
            _problems.Missing(Line, key, where, example);
        return Scalar(key);
    }

    public IReadOnlyList<FileNode.Scalar> List(string key)
    {
        switch (Node(key))
        {
            case null:
                return [];
            case FileNode.Sequence list:
                return [.. list.Items.Select(one => Word(one, key)).OfType<FileNode.Scalar>()];
            case var other:
                _problems.WrongValue(other.Line, key, Describe(other), $"a list: {key}: [one, another]");
                return [];
        }
    }

    /// <summary>A value that a function understands; null when it is left out or (and that is told) wrong.</summary>
    public T? Value<T>(string key, Func<string, T?> read, string wanted)
        where T : struct
    {
        if (Scalar(key) is not { } scalar)
            return null;
        var value = read(scalar.Text);
        if (value is null)
            _problems.WrongValue(scalar.Line, key, Describe(scalar), wanted);
        return value;
    }

    public static string Describe(FileNode node) => node switch
    {
        FileNode.Scalar { IsEmpty: true } => "empty",
        FileNode.Scalar scalar => $"'{scalar.Text}'",
        FileNode.Sequence => "a list",
        FileNode.Map => "a map",
        _ => throw new InvalidOperationException($"Node {node.GetType().Name}."),
    };

    private FileNode.Scalar? Word(FileNode node, string key)
    {
        if (node is FileNode.Scalar scalar)
            return scalar;
        _problems.WrongValue(node.Line, key, Describe(node), "one value");
        return null;
    }
}
