namespace Godwit.Core.Journals;

/// <summary>What Godwit itself remembers of one migration: append-only, hash-chained; everything else is a fold over
/// it.</summary>
public interface IJournal
{
    /// <summary>Appends an entry. When it returns, the entry survives a loss of power.</summary>
    /// <remarks>Several processes may append: commands from another terminal arrive so.</remarks>
    ValueTask<JournalEntry> Append(string kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation);

    /// <summary>Entries after a sequence, in order, each checked against the chain.</summary>
    /// <exception cref="Problems.GodwitException">The chain is broken: the journal was changed.</exception>
    ValueTask<IReadOnlyList<JournalEntry>> ReadAfter(long sequence, CancellationToken cancellation);
}
