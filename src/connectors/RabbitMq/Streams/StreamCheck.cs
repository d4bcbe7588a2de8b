using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Looks at the streams of a broker and changes nothing.</summary>
internal sealed class StreamCheck(BrokerSession session)
{
    private static readonly string[] Limits = ["x-max-age", "x-max-length-bytes"];

    /// <param name="streams">Those that are here of the move's streams.</param>
    internal async Task<IReadOnlyList<Problem>> Look(
        StoreRole role, IReadOnlyList<QueueFacts> streams, CancellationToken cancellation)
    {
        var names = streams.Select(one => one.Name).ToList();
        if (role == StoreRole.Target)
            names.AddRange((await ToBeMade(cancellation).ConfigureAwait(false)).Except(names, StringComparer.Ordinal));
        if (names.Count == 0)
            return [];
        try
        {
            return await RabbitMqFailures.Translated(
                session, () => Look(role, streams, names, cancellation), cancellation).ConfigureAwait(false);
        }
        catch (GodwitException refused)
        {
            return [refused.Problem];
        }
    }

    private async Task<IReadOnlyList<Problem>> Look(
        StoreRole role, IReadOnlyList<QueueFacts> streams, IReadOnlyList<string> names,
        CancellationToken cancellation)
    {
        var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
            await new StreamEnds(connection).Streams(names, cancellation).ConfigureAwait(false);
        if (role == StoreRole.Source)
            return [.. streams.Select(Expires).OfType<Problem>()];
        if (session.Remembers && session.Received.Position is not null)
            return [];
        var filled = await new StreamPlaces(session).Filled(
            [.. streams.Select(one => one.Name)], cancellation).ConfigureAwait(false);
        return [.. filled.Select(one => RabbitMqProblems.NotEmpty(session.Shown, one.Stream, one.Count))];
    }

    /// <summary>The other side's streams that belong to the move.</summary>
    private async Task<IReadOnlyList<string>> ToBeMade(CancellationToken cancellation)
    {
        if (session.Opening.Peer is not { } peer || !BrokerAddress.IsOurs(peer))
            return [];
        using var management = new ManagementApi(
            BrokerAddress.Parse(peer, session.Opening.Elsewhere), session.Opening.Elsewhere, session.Opening.Clock);
        var there = await management.TryQueues(cancellation).ConfigureAwait(false);
        return [.. (there ?? []).Where(one => one.IsStream && session.Scope.Includes(one.Name))
            .Select(one => one.Name)];
    }

    /// <summary>What may remove messages before they are copied.</summary>
    private Problem? Expires(QueueFacts stream)
    {
        var limits = Limits.Where(stream.Arguments.ContainsKey)
            .Select(one => $"{one} {stream.Arguments[one]}").ToList();
        return limits.Count > 0
            ? StreamProblems.Expires(session.Shown, stream.Name, string.Join(" and ", limits))
            : null;
    }
}
