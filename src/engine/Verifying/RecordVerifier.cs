using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Engine.Following;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Verifying;

/// <summary>Judges single records under traffic: equal, different, or undecided, and never different by
/// mistake.</summary>
/// <remarks>
/// <para>One round: drain; read the record's digest on both sides; drain again. Records that agree are equal. One that
/// does not and was touched between the drains is hot: another round. One that does not and was not touched stood still
/// at the origin while the destination had everything: it is different. It is called so only when two rounds say
/// it. One whose time ends about now is as good as touched: each side lets it go by its own clock.</para>
/// <para>The idea of judging what stood still is from Spirit's continuous checker and Ghostferry's re-verify
/// store.</para>
/// </remarks>
internal sealed class RecordVerifier(Follower follower, TimeProvider clock)
{
    private const int Rounds = 8;
    private const int RoundsToConvict = 2;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DrainDeadline = TimeSpan.FromSeconds(30);

    internal async Task<Judgement> Judge(
        ScopedStream stream, IReadOnlyList<Key> keys, CancellationToken cancellation)
    {
        var open = keys.ToList();
        var convictions = new Dictionary<Key, int>();
        for (var round = 0; round < Rounds && open.Count > 0; round++)
        {
            if (round > 0)
                await clock.Wait(FirstPause * Math.Pow(2, round - 1), cancellation);
            var moment = follower.Ledger.Now;
            if (!await Drain(cancellation))
                continue;
            if (round == 0 && !HasRanges)
            {
                open = await Open(stream, open, moment, cancellation);
                continue;
            }
            var (origin, destination) = await Read(stream, open, cancellation);
            if (!await Drain(cancellation))
                continue;
            open = [.. open.Where(key => !IsSettled(stream, key, moment, origin, destination, convictions))];
        }
        return new Judgement(
            [.. convictions.Where(one => one.Value >= RoundsToConvict).Select(one => one.Key)],
            [.. open.Where(key => convictions.GetValueOrDefault(key) < RoundsToConvict)]);
    }

    private bool HasRanges =>
        follower.Lane.Ports.From.Abilities.HasRanges && follower.Lane.Ports.To.Abilities.HasRanges;

    /// <summary>What a cheap comparison leaves open; it convicts nobody.</summary>
    private async Task<List<Key>> Open(
        ScopedStream stream, List<Key> keys, long moment, CancellationToken cancellation)
    {
        using var batch = KeyList.ToBatch(stream, keys);
        var (lane, direction) = (follower.Lane, follower.Direction);
        var origin = lane.Origin(direction).Digest.Compared(stream, batch, cancellation);
        var destination = lane.Destination(direction).Digest.Compared(stream, batch, cancellation);
        await Recovering.WorkGroup.All([origin, destination]);
        var (here, there) = (new DigestTable(await origin), new DigestTable(await destination));
        foreach (var key in keys.Where(one => here[one] == there[one]))
            follower.Ledger.Prove(stream.Number, key, moment);
        return keys.FindAll(one => here[one] != there[one]);
    }

    private bool IsSettled(
        ScopedStream stream, Key key, long moment, DigestTable origin, DigestTable destination,
        Dictionary<Key, int> convictions)
    {
        if (origin[key] == destination[key])
        {
            follower.Ledger.Prove(stream.Number, key, moment);
            convictions.Remove(key);
            return true;
        }
        if (follower.Ledger.TouchedSince(stream.Number, key, moment)
            || origin.IsExpiring(key) || destination.IsExpiring(key))
        {
            convictions.Remove(key);
            return false;
        }
        return (convictions[key] = convictions.GetValueOrDefault(key) + 1) >= RoundsToConvict;
    }

    private async Task<(DigestTable Origin, DigestTable Destination)> Read(
        ScopedStream stream, IReadOnlyList<Key> keys, CancellationToken cancellation)
    {
        using var batch = KeyList.ToBatch(stream, keys);
        var (lane, direction) = (follower.Lane, follower.Direction);
        var origin = lane.Origin(direction).Digest.ListKeys(stream, batch, cancellation);
        var destination = lane.Destination(direction).Digest.ListKeys(stream, batch, cancellation);
        await Recovering.WorkGroup.All([origin, destination]);
        return (new DigestTable(await origin), new DigestTable(await destination));
    }

    /// <summary>False when the destination does not get there in time: then nothing can be said.</summary>
    private async Task<bool> Drain(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(DrainDeadline, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        try
        {
            await follower.Drain(either.Token);
            return true;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
