using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;

namespace Godwit.Connectors.Redis;

/// <summary>Reads a server's keys one by one, in place of a snapshot that cannot be read to its end.</summary>
/// <remarks>Each key is as it was at some moment between the snapshot and the end of the walk. What was done meanwhile
/// is told with the changes: see <see cref="WalkedSpan"/>.</remarks>
/// <param name="session">The server.</param>
/// <param name="following">Follows it.</param>
/// <param name="start">The position of the snapshot.</param>
internal sealed class SnapshotWalk(RedisSession session, RedisFollowing following, long start)
{
    private const int PerStep = 128;

    /// <summary>Values that are asked for together take no more memory at the server, unless it is one alone.</summary>
    private const long MostAtOnce = 4 << 20;

    /// <summary>All keys in scope, some perhaps twice: with what DUMP gives and when they expire (Unix milliseconds, −1
    /// never).</summary>
    internal async IAsyncEnumerable<(int Database, byte[] Key, byte[] Payload, long Expires)> Keys(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = await session.Dial(0, cancellation).ConfigureAwait(false);
        await using var _ = reading.ConfigureAwait(false);
        await foreach (var (database, keys) in new ScopeSweep(session).Walk(null, cancellation).ConfigureAwait(false))
        {
            foreach (var some in keys.Chunk(PerStep))
            {
                foreach (var group in await Groups(database, some, cancellation).ConfigureAwait(false))
                {
                    var states = await PresentStates.Read(
                        reading, session.Facts, session.Owner.IsCluster, [.. group.Select(one => (database, one))],
                        cancellation)
                        .ConfigureAwait(false);
                    for (var i = 0; i < group.Count; i++)
                    {
                        if (states.States[i] is var (payload, expires))
                            yield return (database, group[i], payload, expires);
                    }
                }
            }
        }
    }

    /// <summary>Remembers that the walk is through, and up to where it has seen what was done.</summary>
    /// <returns>The sources of the libraries of functions at that moment; none where they are not moved.</returns>
    internal async Task<IReadOnlyList<byte[]>> End(CancellationToken cancellation)
    {
        var (until, libraries) = await following.Libraries(start, cancellation).ConfigureAwait(false);
        following.EndWalk(start, until);
        return libraries;
    }

    private async Task<List<List<byte[]>>> Groups(int database, byte[][] keys, CancellationToken cancellation)
    {
        var commands = new CommandBatch();
        foreach (var key in keys)
            commands.Begin(3).Arg("MEMORY"u8).Arg("USAGE"u8).Arg(key);
        var connection = await session.At(database, cancellation).ConfigureAwait(false);
        var sizes = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(sizes);
        var groups = new List<List<byte[]>>();
        var bytes = long.MaxValue / 2;
        for (var i = 0; i < keys.Length; i++)
        {
            var size = sizes[i].IsNull ? 0 : sizes[i].Number;
            if (bytes + size > MostAtOnce)
            {
                groups.Add([]);
                bytes = 0;
            }
            groups[^1].Add(keys[i]);
            bytes += size;
        }
        return groups;
    }
}
