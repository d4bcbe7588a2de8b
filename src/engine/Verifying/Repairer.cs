using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Following;

namespace Godwit.Engine.Verifying;

/// <summary>Writes records that were proved different again, through the normal write path, in bounded
/// number.</summary>
internal sealed class Repairer(Follower follower)
{
    /// <summary>More different records than this in one pass have a cause that a person should find first.</summary>
    internal const int MostPerPass = 1_000;

    internal async Task Repair(ScopedStream stream, IReadOnlyList<Key> keys, CancellationToken cancellation)
    {
        // A late write makes a difference that must not be repaired away: it is taken over first.
        await follower.Late.Take(follower.Ledger, cancellation);
        using var batch = KeyList.ToBatch(stream, keys);
        var (lane, direction) = (follower.Lane, follower.Direction);

        // Read and write within one gap between batches: a change that is applied in between must not be undone.
        await follower.BetweenBatches(
            async token =>
            {
                await using var records = await lane.Origin(direction).Snapshot.ReadKeys(stream, batch, token);
                return await lane.Destination(direction).Target.Apply(records, ApplyReason.Repair, token);
            },
            cancellation);
    }
}
