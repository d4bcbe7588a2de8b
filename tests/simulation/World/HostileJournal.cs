using Godwit.Core.Journals;

namespace Godwit.Tests.Simulation;

/// <summary>A journal as one life sees it: an append may fail before or after it is durable.</summary>
public sealed class HostileJournal(IJournal journal, Life life, Hostility hostility) : IJournal
{
    public async ValueTask<JournalEntry> Append(
        string kind, ReadOnlyMemory<byte> payload, CancellationToken cancellation) =>
        await hostility.Do(
            life,
            $"journal append {kind} {System.Text.Encoding.UTF8.GetString(payload.Span)}",
            () => journal.Append(kind, payload, cancellation).AsTask(),
            cancellation);

    public async ValueTask<IReadOnlyList<JournalEntry>> ReadAfter(long sequence, CancellationToken cancellation) =>
        await hostility.Do(
            life,
            $"journal read after {sequence}",
            () => journal.ReadAfter(sequence, cancellation).AsTask(),
            cancellation);
}
