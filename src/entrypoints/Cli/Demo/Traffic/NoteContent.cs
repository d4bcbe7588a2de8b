namespace Godwit.Cli.Demo.Traffic;

/// <summary>What one writer noted.</summary>
/// <param name="Acknowledged">In order.</param>
/// <param name="Open">The one that has neither happened nor failed yet, or whose writer was killed.</param>
/// <param name="Surprises">What the writer saw that cannot be while no write is lost.</param>
internal sealed record NoteContent(
    IReadOnlyList<NotedTransaction> Acknowledged, NotedTransaction? Open, IReadOnlyList<string> Surprises);
