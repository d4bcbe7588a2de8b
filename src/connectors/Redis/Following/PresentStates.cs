using System.Globalization;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Following;

/// <summary>What some keys hold at one moment of a server's history.</summary>
/// <param name="Offset">The server's offset at that moment: all before it is in the states, nothing after it.</param>
/// <param name="History">The server's name for its history, in which the offset is.</param>
/// <param name="States">For each key what DUMP gives and when it expires (Unix milliseconds, −1 never); null where
/// there is none.</param>
internal sealed record PresentStates(
    long Offset, string History, IReadOnlyList<(byte[] Payload, long Expires)?> States)
{
    /// <summary>Reads keys and offset in one transaction.</summary>
    /// <param name="connection">For this alone: databases are selected there.</param>
    /// <param name="facts">What the server is.</param>
    /// <param name="isCluster">Whether it leads to a node of a cluster, where keys may be of different slots.</param>
    /// <param name="keys">Which.</param>
    /// <param name="cancellation">Gives up.</param>
    internal static async Task<PresentStates> Read(
        RedisConnection connection, ServerFacts facts, bool isCluster, IReadOnlyList<(int Database, byte[] Key)> keys,
        CancellationToken cancellation)
    {
        CommandBatch Begin(CommandBatch batch) => isCluster ? SlotScript.BeginRead(batch, 2) : batch.Begin(2);
        var batch = new CommandBatch().Add("MULTI");
        foreach (var (database, key) in keys)
        {
            batch.Begin(2).Arg("SELECT"u8).Arg(database);
            Begin(batch).Arg("DUMP"u8).Arg(key);
            if (isCluster)
                Begin(batch).Arg("PEXPIRETIME"u8).Arg(key);
            else
                KeyExpiry.Ask(batch, facts, key);
        }
        batch.Add("INFO", "replication").Add("EXEC");
        var replies = await connection.Send(batch, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        var results = replies[^1].Items;
        connection.ThrowIfError(results);
        var states = new List<(byte[], long)?>();
        for (var i = 0; i < keys.Count; i++)
        {
            var (payload, expires) = (results[(3 * i) + 1], results[(3 * i) + 2].Number);
            states.Add(payload.IsNull ? null : (payload.Bytes, expires));
        }
        var info = results[^1].Text;
        return new PresentStates(OffsetIn(info), ServerFacts.Parse(info)["master_replid"], states);
    }

    /// <summary>The commands that make a key of a destination what it is here.</summary>
    internal void AddTo(CommandBatch commands, int index, ReadOnlySpan<byte> key)
    {
        if (States[index] is not var (payload, expires))
        {
            commands.Begin(2).Arg("UNLINK"u8).Arg(key);
            return;
        }
        commands.Begin(6).Arg("RESTORE"u8).Arg(key).Arg(Math.Max(0, expires)).Arg(payload)
            .Arg("REPLACE"u8).Arg("ABSTTL"u8);
    }

    /// <summary>The offset up to which the server's changes are known to it.</summary>
    internal static long OffsetIn(string info) => long.Parse(
        ServerFacts.Parse(info)["master_repl_offset"], CultureInfo.InvariantCulture);
}
