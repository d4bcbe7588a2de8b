using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Tells streams from queues.</summary>
internal static class StreamNames
{
    /// <param name="facts">Null where the management API does not answer: then the stream protocol is asked, and where
    /// nobody speaks it, there are no streams.</param>
    internal static async Task<IReadOnlyList<string>> Among(
        BrokerSession session, IReadOnlyList<string> queues, IReadOnlyList<QueueFacts>? facts,
        CancellationToken cancellation)
    {
        if (facts is not null)
            return Few(session, [.. facts.Where(one => one.IsStream).Select(one => one.Name)
                .Intersect(queues, StringComparer.Ordinal)]);
        try
        {
            var connection = await StreamConnection.Open(session, cancellation).ConfigureAwait(false);
            await using var _ = connection.ConfigureAwait(false);
            return Few(session, await new StreamEnds(connection).Streams(queues, cancellation).ConfigureAwait(false));
        }
        catch (GodwitException silent) when (silent.Problem.Code == StreamProblems.NoStreamsCode)
        {
            return [];
        }
    }

    private static IReadOnlyList<string> Few(BrokerSession session, IReadOnlyList<string> streams) =>
        streams.Count <= StreamIntake.MostStreams
            ? streams
            : throw new GodwitException(
                StreamProblems.TooMany(session.Shown, streams.Count, StreamIntake.MostStreams));
}
