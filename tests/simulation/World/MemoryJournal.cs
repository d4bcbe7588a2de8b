using System.Security.Cryptography;
using System.Text;
using Godwit.Core.Journals;

namespace Godwit.Tests.Simulation;

/// <summary>A journal in memory; survives every life. Chained simply: what it guards against does not happen
/// here.</summary>
public sealed class MemoryJournal(TimeProvider clock) : IJournal
{
    private readonly List<JournalEntry> _entries = [];

    public IReadOnlyList<JournalEntry> Entries => _entries;

    public ValueTask<JournalEntry> Append(
        string kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_entries.Count == 0)
            Add(JournalHeader.Kind, """{"format":1}"""u8.ToArray());
        return ValueTask.FromResult(Add(kind, payload.ToArray()));
    }

    public ValueTask<IReadOnlyList<JournalEntry>> ReadAfter(long sequence, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<JournalEntry>>([.. _entries.Skip((int)sequence)]);
    }

    private JournalEntry Add(string kind, byte[] payload)
    {
        var before = _entries.Count == 0 ? new byte[32] : _entries[^1].Hash.ToArray();
        var hash = SHA256.HashData([.. before, .. Encoding.UTF8.GetBytes(kind), .. payload]);
        var entry = new JournalEntry(_entries.Count + 1, clock.GetUtcNow(), kind, payload, hash);
        _entries.Add(entry);
        return entry;
    }
}
