using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Conformance;

/// <summary>Reads that break after their first batch, as when a connection is lost.</summary>
internal static class Broken
{
    internal static GodwitException Connection() => new(new Problem(
        "GW-TST-001", "The connection is lost.", "The test cut it.", "Nothing.", Recovery.Retry));

    internal static IChunkRead Read(IChunkRead read, Action then) => new BrokenRead(read, then);

    internal static ChangeBatch Batch(ChangeBatch batch, Action then) => new(
        batch.Reached,
        batch.Touched,
        cancellation => FirstOf(batch.Current(cancellation), then, cancellation),
        batch.DisposeAsync)
    { ReadWhole = batch.ReadWhole };

    private static async IAsyncEnumerable<T> FirstOf<T>(
        IAsyncEnumerable<T> all, Action then, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await foreach (var one in all.WithCancellation(cancellation))
        {
            yield return one;
            then();
        }
        then();
    }

    private sealed class BrokenRead(IChunkRead read, Action then) : IChunkRead
    {
        public Visibility Visibility => read.Visibility;

        public IAsyncEnumerable<RecordBatch> Batches(CancellationToken cancellation) =>
            FirstOf(read.Batches(cancellation), then, CancellationToken.None);

        public ValueTask DisposeAsync() => read.DisposeAsync();
    }
}
