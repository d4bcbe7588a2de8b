using Godwit.Connectors.Redis.Following;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Positions;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Carries out operations, each group in one transaction with the position that it reaches.</summary>
internal sealed class OperationApplier(
    RedisConnection connection, RedisSession session, ScopeSweep sweep, HeldExpiries expiries, byte[] checkpoint,
    long start)
{
    private LateCommands? _late;

    internal async Task Apply(RedisOperations operations, Position reached, CancellationToken cancellation)
    {
        if (operations.IsLate)
            _late = new LateCommands(
                expiries, session.OwnDatabase,
                await HeldExpiries.Now(connection, cancellation).ConfigureAwait(false));
        var writer = new TransactionWriter(connection, checkpoint, session.Shown);
        writer.Watch();
        var groups = operations.Groups;
        for (var i = 0; i < groups.Count; i++)
        {
            var position = i == groups.Count - 1
                ? reached
                : new Position(reached.Timeline, (ulong)groups[i].Reached);
            await Carry(writer, operations, groups[i], cancellation).ConfigureAwait(false);
            Checkpoint.AddReached(writer.Begun, checkpoint, start, position);
            await writer.End(i, cancellation).ConfigureAwait(false);
        }
        if (groups.Count == 0)
        {
            Checkpoint.AddReached(writer.Begin(), checkpoint, start, reached);
            await writer.End(0, cancellation).ConfigureAwait(false);
        }
        await writer.Finish(cancellation).ConfigureAwait(false);
        if (!operations.IsLate)
            await expiries.Release(connection, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same for what came late to the other side: the position of the feed stays; what was taken over
    /// before is passed over.</summary>
    internal async Task ApplyLate(RedisOperations operations, long taken, CancellationToken cancellation)
    {
        var writer = new TransactionWriter(connection, checkpoint, session.Shown);
        writer.Watch();
        for (var i = 0; i < operations.Groups.Count; i++)
        {
            var group = operations.Groups[i];
            if (group.Reached <= taken)
                continue;
            await Carry(writer, operations, group, cancellation).ConfigureAwait(false);
            Checkpoint.AddLate(writer.Begun, checkpoint, group.Reached);
            await writer.End(i, cancellation).ConfigureAwait(false);
        }
        await writer.Finish(cancellation).ConfigureAwait(false);
    }

    private async Task Carry(
        TransactionWriter writer, RedisOperations operations, OperationGroup group, CancellationToken cancellation)
    {
        if (group.Empties && !session.Scope.IsWhole)
        {
            // May be repeated: what comes after it is not carried out before it is through.
            await writer.Finish(cancellation).ConfigureAwait(false);
            await sweep.Sweep(group.Database, cancellation).ConfigureAwait(false);
        }
        var commands = writer.Begin();
        if (group.Empties && session.Scope.IsWhole)
            AddFlush(commands, group.Database);
        if (_late is null)
            commands.AddRaw(operations.Bytes(group), group.Count);
        else
            _late.AddTo(commands, operations.Bytes(group));
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
