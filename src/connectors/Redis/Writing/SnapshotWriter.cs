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
    internal const int MostHeld = 64 << 20;

    private const int MostKeys = 256;
    private const int MostBytes = 512 << 10;

    private readonly List<(int Database, byte[] Key)> _held = [];
    private long _records;
    private long _bytes;

    /// <returns>How many keys and bytes were written, in this life and before.</returns>
    internal async Task<(long Records, long Bytes)> Write(
        RedisConnection connection, RedisChunkRead read, Checkpoint? remembered, CancellationToken cancellation)
    {
        var resumes = remembered is not null && remembered.SnapshotPosition > 0 && remembered.Snapshot == read.Taken;
        if (!resumes)
            await sweep.Sweep(database: null, cancellation).ConfigureAwait(false);
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
        var writer = new TransactionWriter(connection, checkpoint, session.Shown) { OnRefusal = Refuse };
        writer.Watch();
        var (inGroup, selected) = (0, session.OwnDatabase);
        var now = await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false);
        CommandBatch? commands = null;
        var start = 0;
        while (await reader.Read(cancellation).ConfigureAwait(false))
        {
            var key = reader.Key;
            if (!read.Scope.Contains(reader.Database, key.Span))
                continue;
            (_records, _bytes) = (_records + 1, _bytes + key.Length + reader.ValueLength);
            if (reader.Position <= done)
                continue;
            if (commands is null)
                (commands, start) = (writer.Begin(), writer.Waiting);
            selected = Select(commands, selected, reader.Database);
            Add(commands, reader, now);
            if (++inGroup < MostKeys && writer.Waiting - start < MostBytes)
                continue;
            await throttle.Pass(writer.Waiting - start, cancellation).ConfigureAwait(false);
            selected = Select(commands, selected, session.OwnDatabase);
            NoteHeld(commands);
            Checkpoint.AddSnapshot(commands, checkpoint, read.Taken, reader.Position);
            await writer.End(0, cancellation).ConfigureAwait(false);
            (commands, inGroup) = (null, 0);
        }
        commands ??= writer.Begin();
        Select(commands, selected, session.OwnDatabase);
        NoteHeld(commands);
        AddFunctions(commands, reader);
        Checkpoint.AddSnapshot(commands, checkpoint, read.Taken, reader.Position);
        Checkpoint.AddDone(commands, checkpoint, _records, _bytes);
        await writer.End(0, cancellation).ConfigureAwait(false);
        await writer.Finish(cancellation).ConfigureAwait(false);
    }

    private int Select(CommandBatch commands, int selected, int database)
    {
        if (!session.Scope.IsServer || selected == database)
            return selected;
        commands.Begin(2).Arg("SELECT"u8).Arg(database);
        return database;
    }

    private void NoteHeld(CommandBatch commands)
    {
        foreach (var (database, key) in _held)
            expiries.Note(commands, database, key);
        _held.Clear();
    }

    private void Add(CommandBatch commands, RdbReader reader, long now)
    {
        var expires = 0L;
        if (reader.ExpiresAtMs is { } said)
        {
            expires = HeldExpiries.WhileCopying(now, said, out var isHeld);
            if (isHeld)
                _held.Add((reader.Database, reader.Key.ToArray()));
        }
        commands.Begin(6).Arg("RESTORE"u8).Arg(reader.Key.Span).Arg(expires);
        RestorePayload.Write(
            commands.ArgSpace(reader.Value.Length + RestorePayload.Overhead), reader.Type, reader.Value.Span);
        commands.Arg("REPLACE"u8).Arg("ABSTTL"u8);
    }

    /// <summary>Libraries belong to a server, not to a tenant.</summary>
    private void AddFunctions(CommandBatch commands, RdbReader reader)
    {
        if (session.Scope is not { IsServer: true, IsWhole: true })
            return;
        foreach (var library in reader.Functions)
            commands.Begin(4).Arg("FUNCTION"u8).Arg("LOAD"u8).Arg("REPLACE"u8).Arg(library);
    }

    private void Refuse(int transaction, int command, RespValue said) => throw new GodwitException(
        RedisProblems.NotTaken(session.Shown, "a key", RedisFailures.Said(said)));
}
