namespace Godwit.Core.Journals;

/// <summary>One fact that Godwit remembers.</summary>
/// <param name="Sequence">Counts from 1 without a gap.</param>
/// <param name="At">When it was written.</param>
/// <param name="Kind">Which fact; see docs/formats/journal.md.</param>
/// <param name="Payload">UTF-8 JSON.</param>
/// <param name="Hash">SHA-256 over the entry and the hash before it; 32 bytes.</param>
public sealed record JournalEntry(
    long Sequence, DateTimeOffset At, string Kind, ReadOnlyMemory<byte> Payload, ReadOnlyMemory<byte> Hash);
