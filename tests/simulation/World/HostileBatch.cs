using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Positions;

namespace Godwit.Tests.Simulation;

/// <summary>A batch of changes whose records may fail to come in the middle.</summary>
internal static class HostileBatch
{
    internal static ChangeBatch Around(
        ChangeBatch batch, Position? after, string name, Life life, Hostility hostility) =>
        new(
            batch.Reached,
            batch.Touched,
            cancellation => Current(batch, $"{name} records at {batch.Reached}", life, hostility, cancellation),
            batch.DisposeAsync)
        { After = after, Oldest = batch.Oldest, ReadWhole = batch.ReadWhole };

    private static async IAsyncEnumerable<StreamRecords> Current(
        ChangeBatch batch, string what, Life life, Hostility hostility,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var part in batch.Current(cancellation))
        {
            await hostility.Before(life, what, cancellation);
            yield return part;
        }
    }
}
