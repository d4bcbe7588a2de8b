namespace Godwit.Cli.Demo.Traffic;

/// <summary>What one key holds after a write.</summary>
/// <param name="Stream">Name of the table, or <see cref="Files"/>.</param>
/// <param name="Key">Key columns as SQLite quotes them, or the path of a file.</param>
/// <param name="Text">All columns as SQLite quotes them, or what a file is; null when the write deleted it.</param>
internal sealed record NotedWrite(string Stream, string Key, string? Text)
{
    public const string Files = "files";
}
