using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Engine.Following;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Verifying;

/// <summary>Compares a range by digest, and drills down to records where the digests differ.</summary>
internal sealed class RangeVerifier(Follower follower, RecordVerifier records)
{
    /// <summary>How many suspects are judged together.</summary>
    private const int GroupSize = 2_000;

    /// <summary>Past this many proved differences in one range, looking further tells nothing new.</summary>
    private const int MostDifferent = 10_000;

    /// <summary>Several ranges may be compared at once, but the lists of keys are as large as a range: one at a
    /// time.</summary>
    private readonly Turnstile _drilling = new();

    internal async Task<RangeResult> Verify(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var (lane, direction) = (follower.Lane, follower.Direction);
        if (!lane.Ports.From.Abilities.HasRanges || !lane.Ports.To.Abilities.HasRanges)
            return await new WalkVerifier(follower, records).Verify(stream, range, cancellation);
        var (origin, destination) = await Both(
            lane.Origin(direction).Digest.Digest(stream, range, cancellation),
            lane.Destination(direction).Digest.Digest(stream, range, cancellation));
        return origin == destination
            ? new RangeResult(origin, destination, [], [])
            : await _drilling.Enter(() => Drill(stream, range, cancellation), cancellation);
    }

    private async Task<RangeResult> Drill(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var (lane, direction) = (follower.Lane, follower.Direction);
        var (here, there) = await Both(
            lane.Origin(direction).Digest.List(stream, range, cancellation),
            lane.Destination(direction).Digest.List(stream, range, cancellation));
        var (left, right) = (new DigestTable(here), new DigestTable(there));
        return await Judge(stream, left, right, cancellation);
    }

    private async Task<RangeResult> Judge(
        ScopedStream stream, DigestTable origin, DigestTable destination, CancellationToken cancellation)
    {
        var (different, undecided) = (new List<Key>(), new List<Key>());
        var suspects = origin.DifferencesTo(destination);
        foreach (var group in suspects.Chunk(GroupSize))
        {
            if (different.Count >= MostDifferent)
            {
                undecided.AddRange(group);
                continue;
            }
            var judgement = await records.Judge(stream, group, cancellation);
            different.AddRange(judgement.Different);
            undecided.AddRange(judgement.Undecided);
        }

        // Suspects that turned out equal were equal at a later moment than the lists: the digests shown are the
        // origin's for both, so that an equal range reads equal.
        var (from, to) = different.Count + undecided.Count == 0
            ? (origin.Total, origin.Total)
            : (origin.Total, destination.Total);
        return new RangeResult(from, to, different, undecided);
    }

    private static async Task<(T, T)> Both<T>(Task<T> origin, Task<T> destination)
    {
        await WorkGroup.All([origin, destination]);
        return (await origin, await destination);
    }
}
