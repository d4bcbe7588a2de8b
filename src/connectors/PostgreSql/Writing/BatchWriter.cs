using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Changes;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Brings a staged batch into the tables, within a transaction that is open.</summary>
/// <remarks>
/// Records are written as sets: what is gone is deleted, what is there is updated, what is missing is inserted. Of a
/// record that was told in part only the told columns are updated. When two records change places in a unique key, that
/// order cannot work; then all touched records are deleted first, and all present ones inserted. When a record that was
/// read late has a unique value that its last holder gives up in a later batch only, that holder goes as well: see
/// <see cref="Displacer"/>. What is in the way even then may be out of date: the records are read anew, once, before
/// somebody else's record is called the cause.
/// </remarks>
internal sealed class BatchWriter(NpgsqlConnection connection, BatchStage stage, ChangeBatch batch)
{
    private readonly MissedRows _missed = new(connection, batch);

    internal static bool IsConflict(PostgresException failure) => failure.SqlState
        is PostgresErrorCodes.UniqueViolation or PostgresErrorCodes.ExclusionViolation;

    /// <summary>Writes while the batch before is under way, which has no record of this one.</summary>
    /// <returns>How many rows are gone; null when rows are missed, which has to be looked at in turn.</returns>
    /// <exception cref="PostgresException">A conflict. Whatever was written is to be undone then.</exception>
    internal async Task<long?> WriteAhead(CancellationToken cancellation)
    {
        await stage.Complete(batch, cancellation).ConfigureAwait(false);
        var deleted = await Merge(cancellation).ConfigureAwait(false);
        return _missed.MayBe ? null : deleted;
    }

    /// <summary>Writes in turn, whatever it takes.</summary>
    internal async Task<WriteResult> Write(CancellationToken cancellation)
    {
        foreach (var stream in batch.Emptied)
            await Run($"DELETE FROM {Quote.Table(stream.Schema)}", cancellation).ConfigureAwait(false);
        if (batch.Touched.Count == 0)
            return default;
        await stage.Complete(batch, cancellation).ConfigureAwait(false);
        await Run("SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            var deleted = await Merge(cancellation).ConfigureAwait(false);
            if (!_missed.MayBe)
                return new WriteResult(deleted, null);
            await Undo(cancellation).ConfigureAwait(false);
            var missed = await _missed.Find(stage, cancellation).ConfigureAwait(false);
            return new WriteResult(await Merge(cancellation).ConfigureAwait(false), missed);
        }
        catch (PostgresException conflict) when (IsConflict(conflict))
        {
            await Undo(cancellation).ConfigureAwait(false);
        }
        return new WriteResult(await Replace(cancellation).ConfigureAwait(false), null);
    }

    private async Task<long> Merge(CancellationToken cancellation)
    {
        _missed.Begin();
        var deleted = await Write(SetWriter.Merge, cancellation).ConfigureAwait(false);
        foreach (var partial in stage.Filled)
            await Run(partial.Update, cancellation).ConfigureAwait(false);
        return deleted;
    }

    private async Task<long> Replace(CancellationToken cancellation)
    {
        await stage.TakeAllKeys(
            batch.Touched.Where(one => !SetWriter.NeedsAllKeys(one.Stream)), cancellation).ConfigureAwait(false);
        await stage.MakeWhole(cancellation).ConfigureAwait(false);
        await Run("SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            return await Write(SetWriter.Replace, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (IsConflict(conflict))
        {
            await Undo(cancellation).ConfigureAwait(false);
        }
        await Run("SAVEPOINT godwit", cancellation).ConfigureAwait(false);
        try
        {
            await Displacer.Clear(connection, batch, cancellation).ConfigureAwait(false);
            return await Write(SetWriter.Replace, cancellation).ConfigureAwait(false);
        }
        catch (PostgresException conflict) when (IsConflict(conflict) && batch.ReadWhole is not null)
        {
            await Undo(cancellation).ConfigureAwait(false);
        }
        await stage.Renew(batch, cancellation).ConfigureAwait(false);
        await Displacer.Clear(connection, batch, cancellation).ConfigureAwait(false);
        return await Write(SetWriter.Replace, cancellation).ConfigureAwait(false);
    }

    private async Task<long> Write(SetWriter writer, CancellationToken cancellation)
    {
        var deleted = 0L;
        // Children first: which of them are in scope is decided by their parents, as they still are here.
        foreach (var touched in batch.Touched.OrderByDescending(one => one.Stream.Number))
        {
            var gone = await Query.Write(connection, SetWriter.DeleteGone(touched.Stream), cancellation)
                .ConfigureAwait(false);
            deleted += gone;
            _missed.HasDeleted(touched, gone);
            foreach (var statement in writer.Clear(touched.Stream))
                await Run(statement, cancellation).ConfigureAwait(false);
        }
        foreach (var touched in batch.Touched.OrderBy(one => one.Stream.Number))
        {
            var inserted = 0L;
            foreach (var statement in writer.Take(touched.Stream))
                inserted = await Query.Write(connection, statement, cancellation).ConfigureAwait(false);
            _missed.HasInserted(touched, inserted);
        }
        return deleted;
    }

    private Task Undo(CancellationToken cancellation) => Run("ROLLBACK TO SAVEPOINT godwit", cancellation);

    private Task Run(string statement, CancellationToken cancellation) =>
        Query.Run(connection, statement, cancellation);
}
