using Godwit.Core.Journals;

namespace Godwit.Journals.Sqlite;

/// <summary>An entry as it lies in the file, before it is believed.</summary>
internal sealed record EntryRow(long Sequence, string At, string Kind, byte[] Payload, byte[] Hash)
{
    /// <summary>The entry, when it follows on the link; null when anything about it was changed.</summary>
    public JournalEntry? After(ChainLink before)
    {
        if (Sequence != before.Sequence + 1 || !EntryHash.TryTime(At, out var at))
            return null;
        var hash = EntryHash.Of(before.Hash.Span, Sequence, At, Kind, Payload);
        return hash.AsSpan().SequenceEqual(Hash) ? new JournalEntry(Sequence, at, Kind, Payload, Hash) : null;
    }
}
