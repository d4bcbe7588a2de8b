using Godwit.Core.Problems;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Godwit.Cli.MigrationFiles;

/// <summary>Reads YAML into nodes that know their line; anchors and further documents are refused.</summary>
internal sealed class FileTree
{
    private readonly Parser _parser;
    private readonly string _file;

    private FileTree(string text, string file) =>
        (_parser, _file) = (new Parser(new StringReader(text)), file);

    /// <exception cref="GodwitException">It is no YAML; the problem names the line.</exception>
    public static FileNode.Map Read(string text, string file)
    {
        try
        {
            var tree = new FileTree(text, file);
            return tree.ReadDocument();
        }
        catch (YamlException cause)
        {
            throw FileProblems.NotYaml(file, (int)cause.Start.Line, cause.Message, cause);
        }
    }

    private FileNode.Map ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
            throw FileProblems.NotYaml(_file, 1, "The file is empty.", cause: null);
        _parser.Consume<DocumentStart>();
        var root = ReadNode();
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second))
            throw FileProblems.NotYaml(_file, (int)second.Start.Line, "A second document begins.", cause: null);
        return root as FileNode.Map
            ?? throw FileProblems.NotYaml(_file, root.Line, "It does not consist of 'key: value' lines.", cause: null);
    }

    private FileNode ReadNode()
    {
        if (_parser.Accept<AnchorAlias>(out var alias))
            throw NoAnchors((int)alias.Start.Line);
        var next = _parser.Consume<NodeEvent>();
        var line = (int)next.Start.Line;
        if (!next.Anchor.IsEmpty)
            throw NoAnchors(line);
        return next switch
        {
            Scalar scalar => new FileNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line),
            SequenceStart => ReadSequence(line),
            MappingStart => ReadMap(line),
            _ => throw FileProblems.NotYaml(_file, line, "Something unexpected stands here.", cause: null),
        };
    }

    private GodwitException NoAnchors(int line) =>
        FileProblems.NotYaml(_file, line, "Anchors and aliases (& and *) have no place here.", cause: null);

    private FileNode.Sequence ReadSequence(int line)
    {
        var items = new List<FileNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
            items.Add(ReadNode());
        return new FileNode.Sequence(items, line);
    }

    private FileNode.Map ReadMap(int line)
    {
        var entries = new List<KeyValuePair<FileNode.Scalar, FileNode>>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (ReadNode() is not FileNode.Scalar key)
                throw FileProblems.NotYaml(_file, line, "A key has to be a word.", cause: null);
            entries.Add(new(key, ReadNode()));
        }
        return new FileNode.Map(entries, line);
    }
}
