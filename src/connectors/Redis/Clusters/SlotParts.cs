using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Cuts a move from or to a cluster into parts, each of which has one server at either side.</summary>
internal static class SlotParts
{
    /// <summary>The slots of each part, by the lowest; none when neither side is a cluster.</summary>
    /// <exception cref="GodwitException">A cluster does not own all slots, or nobody answers.</exception>
    internal static async Task<IReadOnlyList<SlotSet>> Of(
        RedisAddress from, string shownFrom, RedisAddress to, string shownTo, TimeProvider clock,
        CancellationToken cancellation)
    {
        if (from.Slots is not null || to.Slots is not null)
            return [];
        var sources = await Shares(from, shownFrom, clock, cancellation).ConfigureAwait(false);
        var targets = await Shares(to, shownTo, clock, cancellation).ConfigureAwait(false);
        if (sources is null && targets is null)
            return [];
        return [.. (sources ?? [SlotSet.All])
            .SelectMany(_ => targets ?? [SlotSet.All], (source, target) => source.Both(target))
            .Where(both => !both.IsEmpty)
            .OrderBy(both => both.First)];
    }

    private static async Task<IReadOnlyList<SlotSet>?> Shares(
        RedisAddress address, string shown, TimeProvider clock, CancellationToken cancellation)
    {
        var endpoint = await new SlotOwner(address, shown, clock).Find(cancellation).ConfigureAwait(false);
        var connection = await RedisDialer.Open(endpoint, 0, clock, cancellation).ConfigureAwait(false);
        await using var _ = connection.ConfigureAwait(false);
        if (await ClusterMap.Ask(connection, cancellation).ConfigureAwait(false) is not { } map)
            return null;
        var owned = map.Sum(one => one.Slots.Count);
        if (owned < SlotSet.All.Count)
            throw new GodwitException(RedisProblems.SlotsMissing(shown, SlotSet.All.Count - owned));
        return address.Database is null or 0
            ? [.. map.Select(one => one.Slots)]
            : throw new GodwitException(RedisProblems.BadAddress(shown, "A cluster has the database 0 only."));
    }
}
