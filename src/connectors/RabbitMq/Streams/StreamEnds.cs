using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Asks what a stream has, and who leads it. The protocol has no question for its ends: the first and the last
/// chunk tell.</summary>
internal sealed class StreamEnds(StreamConnection connection)
{
    private const int Glances = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The first offset that is still there; null when there is no message.</summary>
    internal async Task<ulong?> First(string stream, CancellationToken cancellation) =>
        (await StreamSubscription.Glance(connection, stream, atEnd: false, cancellation).ConfigureAwait(false))?.First;

    /// <summary>The offset after the last message; 0 when there is none.</summary>
    internal async Task<ulong> End(string stream, CancellationToken cancellation)
    {
        for (var left = Glances; left > 0; left--)
        {
            var last = await StreamSubscription.Glance(connection, stream, atEnd: true, cancellation)
                .ConfigureAwait(false);
            if (last is not null)
                return last.End;

            // The last chunk is not told before most replicas have it.
            if (await First(stream, cancellation).ConfigureAwait(false) is null)
                return 0;
            await Task.Delay(Pause, connection.Clock, cancellation).ConfigureAwait(false);
        }
        throw new TimeoutException($"The end of the stream {stream} was not told");
    }

    /// <summary>Those of the names that are streams, and have their leader here.</summary>
    /// <exception cref="GodwitException">Another node leads one.</exception>
    internal async Task<IReadOnlyList<string>> Streams(IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var answer = await connection.AskPlainly(
            StreamCommand.Metadata,
            frame =>
            {
                frame.UInt32((uint)names.Count);
                foreach (var name in names)
                    frame.Text(name);
            },
            cancellation).ConfigureAwait(false);
        var nodes = new Dictionary<ushort, string>();
        for (var left = answer.UInt32(); left > 0; left--)
            nodes[answer.UInt16()] = $"{answer.Text()}:{answer.UInt32()}";
        var streams = new List<string>();
        for (var left = answer.UInt32(); left > 0; left--)
        {
            var (name, code, leader) = (answer.Text(), answer.UInt16(), answer.UInt16());
            answer.Take(sizeof(ushort) * (int)answer.UInt32());
            if (code == StreamCode.NoStream)
                continue;
            if (connection.Advertised.Length > 0 && nodes.TryGetValue(leader, out var place)
                && place != connection.Advertised)
                throw new GodwitException(StreamProblems.LedElsewhere(connection.Shown, name, place));
            streams.Add(name);
        }
        return streams;
    }
}
