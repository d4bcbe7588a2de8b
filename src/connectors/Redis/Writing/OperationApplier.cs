using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Carries out operations, each group in one transaction with the position that it reaches.</summary>
internal sealed class OperationApplier(
    RedisConnection connection, RedisSession session, ScopeSweep sweep, HeldExpiries expiries, byte[] checkpoint,
    StartingPlace start, TargetEncoding? encoding)
{
    private AdaptedCommands? _adapted;

    /// <summary>Carries out what the destination does not have yet: all that a batch holds, unless it comes
    /// again.</summary>
    /// <exception cref="GodwitException">The destination is not where the operations begin.</exception>
    internal async Task Apply(RedisOperations operations, Position reached, CancellationToken cancellation)
    {
        var has = await Has(operations, reached, cancellation).ConfigureAwait(false);
        if (has > (long)reached.Offset)
            return;
        var received = await Received(cancellation).ConfigureAwait(false);
        if (operations.IsLate || encoding is not null || received is not null || session.Facts.IsBefore7)
            _adapted = new AdaptedCommands(
                expiries, session,
                operations.IsLate ? await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false) : null,
                received, encoding);
        var writer = new TransactionWriter(connection, checkpoint, session.Shown, session.Owner.IsCluster);
        writer.Watch();
        var groups = operations.Groups;
        var last = new Position(reached.Timeline, (ulong)Math.Max(0, has));
        for (var i = 0; i < groups.Count; i++)
        {
            var position = i == groups.Count - 1
                ? reached
                : new Position(reached.Timeline, (ulong)groups[i].Reached);
            if (position < last || (position == last && has >= 0 && !groups[i].IsState))
                continue;
            await Carry(writer, operations, groups[i], cancellation).ConfigureAwait(false);
            Checkpoint.AddReached(writer.Begun, checkpoint, start.Number, position);
            await writer.End(i, cancellation).ConfigureAwait(false);
        }
        if (groups.Count == 0)
        {
            Checkpoint.AddReached(writer.Begin(), checkpoint, start.Number, reached);
            await writer.End(0, cancellation).ConfigureAwait(false);
        }
        await writer.Finish(cancellation).ConfigureAwait(false);
        if (!operations.IsLate)
            await expiries.Release(connection, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same for what came late to the other side: the position of the feed stays; what was taken over
    /// before is passed over.</summary>
    internal async Task ApplyLate(
        RedisOperations operations, uint timeline, long taken, CancellationToken cancellation)
    {
        _adapted = new AdaptedCommands(
            expiries, session, now: null, await Received(cancellation).ConfigureAwait(false), encoding,
            isTakenOver: true);
        var writer = new TransactionWriter(connection, checkpoint, session.Shown, session.Owner.IsCluster);
        writer.Watch();
        for (var i = 0; i < operations.Groups.Count; i++)
        {
            var group = operations.Groups[i];
            if (group.Reached <= taken)
                continue;
            await Carry(writer, operations, group, cancellation).ConfigureAwait(false);
            Checkpoint.AddLate(
                writer.Begun, checkpoint, new Position(timeline, (ulong)group.Reached));
            await writer.End(i, cancellation).ConfigureAwait(false);
        }
        await writer.Finish(cancellation).ConfigureAwait(false);
    }

    /// <summary>The destination's clock, where the origin tells times to live; null where it tells points in
    /// time.</summary>
    private async Task<long?> Received(CancellationToken cancellation) => session.PeerFacts.IsBefore7
        ? await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false)
        : null;

    /// <summary>The position at which the destination stands, watched until the first transaction.</summary>
    /// <returns>−1 when it does not stand in what the batch was read from.</returns>
    private async Task<long> Has(RedisOperations operations, Position reached, CancellationToken cancellation)
    {
        var remembered = await Checkpoint.Watch(connection, session.CheckpointKey, cancellation)
            .ConfigureAwait(false);
        if (remembered is null && session.Role == StoreRole.Target)
            throw new GodwitException(RedisProblems.Forgotten(session.Shown));
        if (remembered?.Moved is { } moved)
            throw new GodwitException(RedisProblems.Torn(session.Shown, moved));
        var at = start.StandsAt(remembered);
        if (at.Timeline != reached.Timeline)
            return -1;
        return operations.Snapshot is not null || (long)at.Offset >= operations.Start
            ? (long)at.Offset
            : throw new GodwitException(RedisProblems.SetBack(session.Shown, at));
    }

    private async Task Carry(
        TransactionWriter writer, RedisOperations operations, OperationGroup group, CancellationToken cancellation)
    {
        if (group.Empties && !session.Scope.IsAlone)
            await sweep.Sweep(writer, checkpoint, group.Database, cancellation).ConfigureAwait(false);
        var commands = writer.Begin();
        if (group.Empties && session.Scope.IsAlone)
            AddFlush(commands, group.Database);
        if (_adapted is null)
            commands.AddRaw(operations.Bytes(group), group.Count);
        else
            _adapted.AddTo(commands, operations.Bytes(group));
    }

    private void AddFlush(CommandBatch commands, int? database)
    {
        if (database is null && session.Scope.IsServer)
        {
            commands.Add("FLUSHALL", "ASYNC");
            return;
        }
        if (session.Scope.IsServer)
            commands.Begin(2).Arg("SELECT"u8).Arg(database!.Value);
        commands.Add("FLUSHDB", "ASYNC");
        if (session.Scope.IsServer)
            commands.Begin(2).Arg("SELECT"u8).Arg(session.OwnDatabase);
    }
}
