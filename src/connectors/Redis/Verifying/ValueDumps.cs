using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Records;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>Reads values of one database as DUMP gives them.</summary>
internal sealed class ValueDumps(
    RedisConnection connection, ServerFacts facts, RedisScope scope, RecordBatch keys)
{
    /// <summary>Whatever takes more memory at the server is looked at in pieces.</summary>
    internal const long LargestWhole = 1 << 20;

    /// <summary>Picks those that may travel whole; the others are added to a list. Streams have no pieces.</summary>
    internal async Task<int[]> Small(
        int[] places, List<int> large, CancellationToken cancellation)
    {
        var commands = new CommandBatch();
        foreach (var place in places)
        {
            commands.Begin(3).Arg("MEMORY"u8).Arg("USAGE"u8).Arg(scope.NameAt(keys, place));
            commands.Begin(2).Arg("TYPE"u8).Arg(scope.NameAt(keys, place));
        }
        var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        var small = new List<int>(places.Length);
        for (var i = 0; i < places.Length; i++)
        {
            var (usage, type) = (replies[2 * i], replies[(2 * i) + 1].Text);
            var isLarge = !usage.IsNull && usage.Number > LargestWhole
                && type is "string" or "list" or "set" or "hash" or "zset";
            (isLarge ? large : small).Add(places[i]);
        }
        return [.. small];
    }

    /// <summary>Values and expiries of those that are there.</summary>
    internal async Task<List<(int At, byte[] Payload, long Expires)>> Read(
        int[] places, CancellationToken cancellation)
    {
        var found = new List<(int, byte[], long)>(places.Length);
        if (places.Length == 0)
            return found;
        var commands = new CommandBatch();
        foreach (var place in places)
        {
            // Together: what expires in between would be a value without its time.
            commands.Add("MULTI");
            commands.Begin(2).Arg("DUMP"u8).Arg(scope.NameAt(keys, place));
            KeyExpiry.Ask(commands, facts, scope.NameAt(keys, place));
            commands.Add("EXEC");
        }
        var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        for (var i = 0; i < places.Length; i++)
        {
            var both = replies[(4 * i) + 3].Items;
            connection.ThrowIfError(both);
            if (!both[0].IsNull)
                found.Add((places[i], both[0].Bytes, both[1].Number));
        }
        return found;
    }
}
