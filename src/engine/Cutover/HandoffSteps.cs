using Godwit.Core.Routes;
using Godwit.Core.Stores;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Cutover;

/// <summary>Carries out the steps of a handover for all moves; decides nothing.</summary>
/// <param name="lanes">All moves.</param>
/// <param name="followers">Theirs, running; none when an earlier attempt is only brought to its end.</param>
/// <param name="direction">Which way traffic goes.</param>
/// <param name="route">Where applications look.</param>
/// <param name="journal">For what is verified on the way.</param>
/// <param name="recoverer">For steps that must not fail.</param>
/// <param name="clock">For the times of verified units.</param>
internal sealed class HandoffSteps(
    IReadOnlyList<Lane> lanes, IReadOnlyList<Follower> followers, Direction direction, IRoute route,
    MigrationJournal journal, Recoverer recoverer, TimeProvider clock)
{
    private readonly Dictionary<Follower, long> _drained = [];

    /// <summary>Before the fence: few enough that the fence need not wait long for them.</summary>
    internal const int MostWaiting = 20_000;

    internal string? WhyNotReady(TimeSpan maxLag)
    {
        foreach (var follower in followers)
        {
            var name = follower.Lane.Name;
            if (follower.Lag > maxLag)
                return $"{name} lags {follower.Lag.TotalSeconds:0.0} s behind; "
                    + $"at most {maxLag.TotalSeconds:0.0} s are allowed.";
            if (follower.Ledger.LostTrack)
                return $"No verification pass over {name} is through since the run began.";
            if (follower.Ledger.Count > MostWaiting)
                return $"{follower.Ledger.Count} records of {name} were touched since they were last proved equal.";
        }
        return journal.State.LastVerdict == "different" ? "The last verification pass found differences." : null;
    }

    /// <summary>Messages first, then all others, as they stand in the file; see <see cref="FenceOrder"/>.</summary>
    /// <remarks>Late writes are taken over before: a fence may hold up whatever writes to its store.</remarks>
    internal async Task RaiseFences(CancellationToken cancellation)
    {
        foreach (var follower in followers)
            await follower.Late.Take(follower.Ledger, cancellation);
        foreach (var lane in FenceOrder.Up(lanes))
            await lane.Origin(direction).Fence.Raise(cancellation);
    }

    /// <remarks>First what was written to the wrong side: from here on nothing of it could be told from the
    /// rest.</remarks>
    internal async Task Drain(CancellationToken cancellation)
    {
        foreach (var follower in followers)
            await follower.Late.Take(follower.Ledger, cancellation);
        await WorkGroup.All([.. followers.Select(one => one.Drain(cancellation))]);
        foreach (var follower in followers)
            _drained[follower] = follower.Ledger.Now;
    }

    internal async Task<Verdict> VerifyTouched(CancellationToken cancellation)
    {
        foreach (var follower in followers)
        {
            var (verdict, units) = await new TouchedVerifier(follower, clock).VerifyAll(cancellation);
            if (units.Count > 0)
                await journal.Append(FactKind.Verified, new VerifiedFact(units), cancellation);
            if (verdict == Verdict.Different || (verdict != Verdict.Equal && !MayBeWrittenStill(follower)))
                return verdict;
        }

        // Whatever was drained behind the fence must have been looked at: a ledger that overflowed proves nothing.
        // Keys that are touched after that are others', because a store may tell more keys than the scope has: where
        // a record belongs to a tenant by its parent only, those of the tenants that go on writing.
        return followers.All(one => !one.Ledger.LostTrack
            && (one.Ledger.IsProved(_drained[one]) || MayBeWrittenStill(one)))
            ? Verdict.Equal
            : Verdict.Undecided;
    }

    /// <summary>
    /// Where a fence only asks, writers go on until they see the route: what they touch meanwhile cannot be proved
    /// here.
    /// It is taken over as late writes, and waits in the next crew's ledger.
    /// </summary>
    private bool MayBeWrittenStill(Follower follower) =>
        follower.Lane.Origin(direction).Abilities.Fence == FenceStrength.Cooperative;

    /// <summary>Prepares the way back: it begins where the destination stands now, while nobody writes to either
    /// side.</summary>
    internal async Task Arm(CancellationToken cancellation)
    {
        foreach (var lane in lanes)
        {
            var (origin, destination) = (lane.Origin(direction), lane.Destination(direction));
            var counters = await origin.Catalog.Counters(lane.Streams, cancellation);
            await destination.Target.SetCounters(counters, cancellation);
            await origin.Target.StartAt(await destination.Changes.Mark(cancellation), cancellation);
        }
    }

    /// <summary>Whether the route says that our switch has happened, and not somebody else's.</summary>
    internal async Task<bool> IsSwitched(long epoch, CancellationToken cancellation) =>
        await recoverer.Do(token => route.Read(token).AsTask(), cancellation) is { } entry
            && entry.Epoch >= epoch
            && lanes.All(lane => entry.Places.TryGetValue(lane.RouteName, out var place)
                && place == lane.Place(direction));

    internal async Task<long> PresentEpoch(CancellationToken cancellation) =>
        (await route.Read(cancellation))?.Epoch ?? 0;

    private RouteEntry Entry(long epoch, RouteEntry? present)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (from, to) in present?.Places ?? new Dictionary<string, string>())
            places[from] = to;
        foreach (var lane in lanes)
            places[lane.RouteName] = lane.Place(direction);
        return new RouteEntry(epoch, places);
    }

    /// <summary>Asked when nothing flows any more.</summary>
    internal async Task Confirm(CancellationToken cancellation)
    {
        foreach (var lane in lanes)
            await lane.Origin(direction).Fence.Confirm(cancellation);
    }

    internal async Task SwitchRoute(long epoch, CancellationToken cancellation) =>
        await route.Switch(Entry(epoch, await route.Read(cancellation)), cancellation);

    internal async Task RunHook(long epoch, CancellationToken cancellation) =>
        await route.RunHook(Entry(epoch, await route.Read(cancellation)), cancellation);

    /// <summary>Must not fail: traffic has gone over already, and its writers wait for this.</summary>
    internal async Task OpenDestination(CancellationToken cancellation)
    {
        foreach (var lane in FenceOrder.Down(lanes))
            await recoverer.Do(token => lane.Destination(direction).Fence.Lower(token), cancellation);
    }

    /// <summary>Must not fail: writers wait behind the fence.</summary>
    internal async Task Undo(CancellationToken cancellation)
    {
        foreach (var lane in FenceOrder.Down(lanes))
            await recoverer.Do(token => lane.Origin(direction).Fence.Lower(token), cancellation);
    }
}
