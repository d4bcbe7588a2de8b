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
            var done = resumes ? remembered!.SnapshotPosition : 0;
            await (read.IsWalked
                ? CopyKeys(connection, read, done, cancellation)
                : Copy(connection, read, done, cancellation)).ConfigureAwait(false);
        }
        catch (RdbException broken)
        {
            throw new GodwitException(
                RedisProblems.BadSnapshot(read.Shown, broken.Position, broken.Message), broken);
        }
        catch (UnknownRdbTypeException unknown)
        {
            throw read.Abandon(unknown);
        }
        return (_records, _bytes);
    }

    private async Task Copy(
        RedisConnection connection, RedisChunkRead read, long done, CancellationToken cancellation)
    {
        var input = read.Open();
        await using var _ = input.ConfigureAwait(false);
        var reader = new RdbReader(input, MostHeld);
        var group = await Group(connection, read, cancellation).ConfigureAwait(false);
        while (await reader.Read(cancellation).ConfigureAwait(false))
        {
            if (!read.Scope.Contains(reader.Database, reader.Key.Span))
                continue;
            (_records, _bytes) = (_records + 1, _bytes + reader.Key.Length + reader.ValueLength);
            if (reader.Position <= done)
                continue;

            // The value alone would be without them, and a value that is asked for has them.
            if (reader.HasMetadata)
                throw new UnknownRdbTypeException(
                    RdbOpcode.KeyMetadata, reader.Key.ToArray(), reader.RecordStart);
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

    /// <summary>The keys as they are by now. From the beginning: those that were read before may be others.</summary>
    private async Task CopyKeys(
        RedisConnection connection, RedisChunkRead read, long done, CancellationToken cancellation)
    {
        await session.AskPeer(cancellation).ConfigureAwait(false);
        var group = await Group(connection, read, cancellation).ConfigureAwait(false);
        var reached = Math.Max(1, done);
        var walk = read.Walk();
        await foreach (var (database, key, payload, expires) in walk.Keys(cancellation).ConfigureAwait(false))
        {
            (_records, _bytes) = (_records + 1, _bytes + key.Length + payload.Length);
            group.Add(database, key, payload, expires);
            if (!group.IsFull)
                continue;
            await throttle.Pass(group.Bytes, cancellation).ConfigureAwait(false);
            await group.End(reached, cancellation).ConfigureAwait(false);
        }
        group.AddFunctions(await walk.End(cancellation).ConfigureAwait(false));
        await group.Finish(reached, _records, _bytes, cancellation).ConfigureAwait(false);
    }

    private async Task<SnapshotGroup> Group(
        RedisConnection connection, RedisChunkRead read, CancellationToken cancellation) => new(
        session, expiries, connection, checkpoint, read.Taken,
        await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false),
        await TargetEncoding.Ask(connection, session, cancellation).ConfigureAwait(false));

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
