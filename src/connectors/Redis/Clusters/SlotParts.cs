using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Cuts a move from or to a cluster into parts, each of which has one server at either side.</summary>
/// <param name="from">The source.</param>
/// <param name="shownFrom">For people.</param>
/// <param name="to">The target.</param>
/// <param name="shownTo">For people.</param>
/// <param name="clock">For connections and waits.</param>
internal sealed class SlotParts(
    RedisAddress from, string shownFrom, RedisAddress to, string shownTo, TimeProvider clock)
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    /// <summary>How long slots that are under way are waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The slots of each part, by the lowest; none when neither side is a cluster.</summary>
    /// <exception cref="GodwitException">A cluster does not own all slots, or nobody answers.</exception>
    internal async Task<IReadOnlyList<SlotSet>> First(CancellationToken cancellation)
    {
        if (from.Slots is not null || to.Slots is not null)
            return [];
        var sources = await Map(from, shownFrom, cancellation).ConfigureAwait(false);
        var targets = await Map(to, shownTo, cancellation).ConfigureAwait(false);
        return sources is null && targets is null
            ? []
            : [.. Cells(Shares(sources), Shares(targets)).OrderBy(both => both.First)];
    }

    /// <summary>The parts as they are to be by now; the same list when each still has one server at either
    /// side.</summary>
    /// <param name="parts">As they were cut last.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="GodwitException">Slots are under way for too long, or nobody answers.</exception>
    internal async Task<IReadOnlyList<SlotSet>> Again(IReadOnlyList<SlotSet> parts, CancellationToken cancellation)
    {
        var start = clock.GetTimestamp();
        var (seen, since) = ("", start);
        while (true)
        {
            var sources = Shares(await Map(from, shownFrom, cancellation).ConfigureAwait(false));
            var targets = Shares(await Map(to, shownTo, cancellation).ConfigureAwait(false));
            if (parts.All(part => IsWhole(part, sources) && IsWhole(part, targets)))
                return parts;
            var (map, isSettled) = await Look(cancellation).ConfigureAwait(false);
            if (!isSettled || map != seen)
                (seen, since) = (isSettled ? map : "", clock.GetTimestamp());
            else if (clock.GetElapsedTime(since) >= ClusterSurvey.Settling)
                return Cut(parts, sources, targets);
            if (clock.GetElapsedTime(start) > Patience)
                throw new GodwitException(RedisProblems.SlotsMoved(
                    shownFrom, $"{parts.First(part => !IsWhole(part, sources) || !IsWhole(part, targets))}"));
            await Task.Delay(Glance, clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts what has come apart.</summary>
    /// <remarks>Invariant: each slot is in exactly one part. Invariant: a part keeps its place in the list and its
    /// highest slot, which names what is remembered of it; so no two parts are ever called the same, and what is left
    /// of a part goes on where it stands. All else that came apart is in new parts, behind the others.</remarks>
    /// <param name="parts">As they were cut last.</param>
    /// <param name="sources">What each server of the source owns.</param>
    /// <param name="targets">What each server of the target owns.</param>
    internal static IReadOnlyList<SlotSet> Cut(
        IReadOnlyList<SlotSet> parts, IReadOnlyList<SlotSet> sources, IReadOnlyList<SlotSet> targets)
    {
        var (kept, left) = (new List<SlotSet>(), SlotSet.Of([]));
        foreach (var part in parts)
        {
            foreach (var piece in Cells(sources, targets).Select(part.Both).Where(one => !one.IsEmpty))
            {
                if (piece.Contains(part.Last))
                    kept.Add(piece);
                else
                    left = left.With(piece);
            }
        }
        return
        [
            .. kept,
            .. Cells(sources, targets).Select(left.Both).Where(one => !one.IsEmpty).OrderBy(one => one.First),
        ];
    }

    private static bool IsWhole(SlotSet part, IReadOnlyList<SlotSet> shares) =>
        shares.Any(share => share.Contains(part));

    private static IReadOnlyList<SlotSet> Shares(IReadOnlyList<ClusterNode>? map) =>
        map is null ? [SlotSet.All] : [.. map.Select(one => one.Slots)];

    private static IEnumerable<SlotSet> Cells(IReadOnlyList<SlotSet> sources, IReadOnlyList<SlotSet> targets) =>
        sources.SelectMany(_ => targets, (source, target) => source.Both(target)).Where(both => !both.IsEmpty);

    private async Task<(string Map, bool IsSettled)> Look(CancellationToken cancellation)
    {
        var (maps, isSettled) = ("", true);
        foreach (var (address, shown) in new[] { (from, shownFrom), (to, shownTo) })
        {
            var connection = await Connect(address, shown, cancellation).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            var survey = await ClusterSurvey.Take(connection, clock, cancellation).ConfigureAwait(false);
            (maps, isSettled) = ($"{maps}|{survey?.Text}", isSettled && survey is null or { IsSettled: true });
        }
        return (maps, isSettled);
    }

    private async Task<RedisConnection> Connect(
        RedisAddress address, string shown, CancellationToken cancellation)
    {
        var endpoint = await new SlotOwner(address, shown, clock).Find(cancellation).ConfigureAwait(false);
        return await RedisDialer.Open(endpoint, 0, clock, cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<ClusterNode>?> Map(
        RedisAddress address, string shown, CancellationToken cancellation)
    {
        var connection = await Connect(address, shown, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) is not { } map)
            return null;
        var owned = map.Sum(one => one.Slots.Count);
        if (owned < SlotSet.All.Count)
            throw new GodwitException(RedisProblems.SlotsMissing(shown, SlotSet.All.Count - owned));
        return address.Database is null or 0
            ? map
            : throw new GodwitException(RedisProblems.BadAddress(shown, "A cluster has the database 0 only."));
    }
}
