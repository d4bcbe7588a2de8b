using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Following;

namespace Godwit.Connectors.Redis;

/// <summary>Reads a server's keys one by one, in place of a snapshot that cannot be read to its end.</summary>
/// <remarks>Each key is as it was at some moment between the snapshot and the end of the walk. What was done meanwhile
/// is told with the changes: see <see cref="WalkedSpan"/>.</remarks>
/// <param name="session">The server.</param>
/// <param name="following">Follows it.</param>
/// <param name="start">The position of the snapshot.</param>
internal sealed class SnapshotWalk(RedisSession session, RedisFollowing following, long start)
{
    /// <summary>All keys in scope, some perhaps twice: with what DUMP gives and when they expire (Unix milliseconds, −1
    /// never).</summary>
    internal async IAsyncEnumerable<(int Database, byte[] Key, byte[] Payload, long Expires)> Keys(
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = await session.Dial(0, cancellation).ConfigureAwait(false);
        await using var _ = reading.ConfigureAwait(false);
        await foreach (var (database, key, state) in new KeyWalk(session, reading).Read(null, cancellation)
            .ConfigureAwait(false))
        {
            if (state is var (payload, expires))
                yield return (database, key, payload, expires);
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
}
