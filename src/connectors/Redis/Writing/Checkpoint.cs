using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Positions;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>What a destination remembers of a migration: a hash that is written in one transaction with the
/// data.</summary>
/// <param name="Start">Which beginning the position belongs to; 0 before the first.</param>
/// <param name="Reached">The position that the data has reached.</param>
/// <param name="Late">The position up to which late writes of the other side were taken over.</param>
/// <param name="Snapshot">Which snapshot is being written, or was.</param>
/// <param name="SnapshotPosition">How far it was written, in bytes.</param>
/// <param name="Records">Keys written of it; −1 until it is complete.</param>
/// <param name="Bytes">Bytes written of it.</param>
/// <param name="Moved">A key that was at another server of the cluster when it was written; null when none was.</param>
internal sealed record Checkpoint(
    long Start, Position Reached, Position Late, Position Snapshot, long SnapshotPosition, long Records, long Bytes,
    string? Moved)
{
    private static readonly string[] Fields =
        ["start", "reached", "late", "snapshot", "snapshot_position", "records", "bytes", SlotScript.MovedField];

    /// <summary>Up to where a history was taken over, as feed or as late writes; 0 when nothing of it was.</summary>
    internal long Taken(uint timeline) => new[] { Late, Reached }
        .Where(one => one.Timeline == timeline).Select(one => (long)one.Offset).DefaultIfEmpty().Max();

    /// <summary>Null when the destination remembers nothing.</summary>
    internal static async Task<Checkpoint?> Read(
        RedisConnection connection, string key, CancellationToken cancellation) =>
        Of((await connection.Call(cancellation, ["HMGET", key, .. Fields]).ConfigureAwait(false)).Items);

    /// <summary>The same, and the next transaction of this connection fails when somebody else changes it.</summary>
    internal static async Task<Checkpoint?> Watch(
        RedisConnection connection, string key, CancellationToken cancellation)
    {
        var replies = await connection.Send(
            CommandBatch.Of("WATCH", key).Add(["HMGET", key, .. Fields]), cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        return Of(replies[1].Items);
    }

    private static Checkpoint? Of(RespValue[] values)
    {
        if (Array.TrueForAll(values, one => one.IsNull))
            return null;
        return new Checkpoint(
            Number(values[0], 0), Place(values[1]), Place(values[2]), Place(values[3]), Number(values[4], 0),
            Number(values[5], -1), Number(values[6], 0), values[7].IsNull ? null : Printable.Text(values[7].Bytes));
    }

    /// <summary>The command that remembers a position.</summary>
    internal static void AddReached(CommandBatch commands, ReadOnlySpan<byte> key, long start, Position reached) =>
        commands.Begin(6).Arg("HSET"u8).Arg(key).Arg("start"u8).Arg(start).Arg("reached"u8).Arg(reached.ToString());

    /// <summary>Marks a transaction as Godwit's own that moves no position.</summary>
    internal static void AddMark(CommandBatch commands, ReadOnlySpan<byte> key) =>
        commands.Begin(4).Arg("HSET"u8).Arg(key).Arg("swept"u8).Arg(1);

    internal static void AddLate(CommandBatch commands, ReadOnlySpan<byte> key, Position late) =>
        commands.Begin(4).Arg("HSET"u8).Arg(key).Arg("late"u8).Arg(late.ToString());

    internal static void AddSnapshot(
        CommandBatch commands, ReadOnlySpan<byte> key, Position snapshot, long position) =>
        commands.Begin(6).Arg("HSET"u8).Arg(key).Arg("snapshot"u8).Arg(snapshot.ToString())
            .Arg("snapshot_position"u8).Arg(position);

    internal static void AddDone(CommandBatch commands, ReadOnlySpan<byte> key, long records, long bytes) =>
        commands.Begin(6).Arg("HSET"u8).Arg(key).Arg("records"u8).Arg(records).Arg("bytes"u8).Arg(bytes);

    private static long Number(RespValue value, long otherwise) => value.IsNull ? otherwise : value.Number;

    private static Position Place(RespValue value) => value.IsNull ? default : Position.Parse(value.Text);
}
