using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;

namespace Godwit.Connectors.Redis;

/// <summary>Reads what a server's keys hold, in place of a snapshot: each as it is at some moment of the
/// walk.</summary>
/// <param name="session">The server.</param>
/// <param name="reading">A connection for this alone: databases are selected there.</param>
internal sealed class KeyWalk(RedisSession session, RedisConnection reading)
{
    private const int PerStep = 128;

    /// <summary>All keys in scope, some perhaps twice, with what DUMP gives and when they expire (Unix milliseconds, −1
    /// never); null for those that are gone by then.</summary>
    internal async IAsyncEnumerable<(int Database, byte[] Key, (byte[] Payload, long Expires)? State)> Read(
        int? database, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (place, keys) in new ScopeSweep(session).Walk(database, cancellation)
            .ConfigureAwait(false))
        {
            foreach (var some in keys.Chunk(PerStep))
            {
                var sizes = await Sizes(place, some, cancellation).ConfigureAwait(false);
                foreach (var group in ValueGroups.Of(some.Zip(sizes)))
                {
                    var states = await PresentStates.Read(
                        reading, session.Facts, session.Owner.IsCluster, [.. group.Select(one => (place, one))],
                        cancellation).ConfigureAwait(false);
                    for (var i = 0; i < group.Count; i++)
                        yield return (place, group[i], states.States[i]);
                }
            }
        }
    }

    private async Task<IEnumerable<long>> Sizes(int database, byte[][] keys, CancellationToken cancellation)
    {
        var commands = new CommandBatch();
        foreach (var key in keys)
            commands.Begin(3).Arg("MEMORY"u8).Arg("USAGE"u8).Arg(key);
        var connection = await session.At(database, cancellation).ConfigureAwait(false);
        var sizes = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(sizes);
        return sizes.Select(one => one.IsNull ? 0 : one.Number);
    }
}
