namespace Godwit.Cli.MigrationFiles;

/// <summary>A part of a migration file, with the line it stands on.</summary>
internal abstract record FileNode(int Line)
{
    /// <param name="Plain">Written without quotes.</param>
    internal sealed record Scalar(string Text, bool Plain, int Line) : FileNode(Line)
    {
        public bool IsEmpty => Plain && Text is "" or "~" or "null";
    }

    internal sealed record Sequence(IReadOnlyList<FileNode> Items, int Line) : FileNode(Line);

    /// <param name="Entries">In file order; a key may stand here twice, and then the file is refused.</param>
    internal sealed record Map(IReadOnlyList<KeyValuePair<Scalar, FileNode>> Entries, int Line) : FileNode(Line);
}
