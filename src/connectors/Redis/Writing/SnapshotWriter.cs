using Godwit.Connectors.Kit;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Writes a snapshot, value by value as the origin has them, each transaction with the place in the snapshot
/// that it reaches: a copy that was cut off goes on there.</summary>
internal sealed class SnapshotWriter(
    RedisSession session, ScopeSweep sweep, HeldExpiries expiries, Throttle throttle, byte[] checkpoint)
{
    /// <summary>Values larger than this are not held, but built from their elements.</summary>
    internal const int MostHeld = 16 << 20;

    private long _records;
    private long _bytes;

    /// <returns>How many keys and bytes were written, in this life and before.</returns>
    internal async Task<(long Records, long Bytes)> Write(
        RedisConnection connection, RedisChunkRead read, Checkpoint? remembered, CancellationToken cancellation)
    {
        var resumes = remembered is not null && remembered.SnapshotPosition > 0 && remembered.Snapshot == read.Taken;
        if (!resumes)
        {
            var writer = new TransactionWriter(connection, checkpoint, session.Shown, session.Owner.IsCluster);
            writer.Watch();
            await sweep.Sweep(writer, checkpoint, database: null, cancellation).ConfigureAwait(false);
        }
        try
        {
            await Copy(connection, read, resumes ? remembered!.SnapshotPosition : 0, cancellation)
                .ConfigureAwait(false);
        }
        catch (RdbException broken)
        {
            throw new GodwitException(
                RedisProblems.BadSnapshot(read.Shown, broken.Position, broken.Message), broken);
        }
        catch (UnknownRdbTypeException unknown)
        {
            throw new GodwitException(
                RedisProblems.UnknownValue(read.Shown, Printable.Text(unknown.Key), unknown.Type), unknown);
        }
        return (_records, _bytes);
    }

    private async Task Copy(
        RedisConnection connection, RedisChunkRead read, long done, CancellationToken cancellation)
    {
        var input = read.Open();
        await using var _ = input.ConfigureAwait(false);
        var reader = new RdbReader(input, MostHeld);
        var now = await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false);
        var group = new SnapshotGroup(
            session, expiries, connection, checkpoint, read.Taken, now,
            await TargetEncoding.Ask(connection, session, cancellation).ConfigureAwait(false));
        while (await reader.Read(cancellation).ConfigureAwait(false))
        {
            if (!read.Scope.Contains(reader.Database, reader.Key.Span))
                continue;
            (_records, _bytes) = (_records + 1, _bytes + reader.Key.Length + reader.ValueLength);
            if (reader.Position <= done)
                continue;
            if (reader.IsLarge)
                await AddLarge(group, read, reader, cancellation).ConfigureAwait(false);
            else
                group.Add(reader);
            if (!group.IsFull && !reader.IsLarge)
                continue;
            await throttle.Pass(group.Bytes, cancellation).ConfigureAwait(false);
            await group.End(reader.Position, cancellation).ConfigureAwait(false);
        }
        group.AddFunctions(reader.Functions);
        await group.Finish(reader.Position, _records, _bytes, cancellation).ConfigureAwait(false);
    }

    /// <summary>All before it is written first: it is built outside of any transaction.</summary>
    private static async Task AddLarge(
        SnapshotGroup group, RedisChunkRead read, RdbReader reader, CancellationToken cancellation)
    {
        await group.End(reader.RecordStart, cancellation).ConfigureAwait(false);
        var value = read.Open(reader.ValueStart);
        await using var _ = value.ConfigureAwait(false);
        await group.AddLarge(reader, value, cancellation).ConfigureAwait(false);
    }
}
