namespace Godwit.Engine.Journal;

/// <summary>One verified unit: a chunk's range, or the records touched since they were last proved equal.</summary>
/// <param name="Move">From and to, for people.</param>
/// <param name="Stream">Name of the stream.</param>
/// <param name="Unit"><c>chunk N</c> or <c>touched</c>.</param>
/// <param name="Records">How many records.</param>
/// <param name="Source">Digest at the side that traffic was on, as count:sum:xor in hexadecimal.</param>
/// <param name="Target">Digest at the other side.</param>
/// <param name="Position">The source's position that the target had reached.</param>
/// <param name="Verdict">equal, different or undecided.</param>
/// <param name="At">When, UTC, ISO 8601.</param>
internal sealed record VerifiedUnit(
    string Move, string Stream, string Unit, long Records, string Source, string Target, string Position,
    string Verdict, string At);
