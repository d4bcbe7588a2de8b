using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Connectors.Sqlite.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Takes what is and what happens.</summary>
internal sealed class SqliteTarget(SqliteStore store) : ITarget, IDisposable
{
    private readonly AttachedCopier _attached = new(store);

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        await Task.Run(() => TargetFile.Create(store, model.Settings), cancellation).ConfigureAwait(false);
        await store.Writer.Write(
            database => new TargetSchema(database, store.Names).Prepare(streams, model), cancellation)
                .ConfigureAwait(false);
        store.Writer.WritesTo([.. streams.Select(one => one.Schema.Name)]);
    }

    public async Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) => !File.Exists(store.Path)
        ? []
        : await store.Readers.Read(database => ChunkLedger.Read(database, store.Names), cancellation)
            .ConfigureAwait(false);

    public async Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        if (read is SqliteChunkRead native)
        {
            var done = await store.Writer.Alone(
                _ => _attached.TryCopy(native.Source, stream, chunk, cancellation), cancellation).ConfigureAwait(false);
            if (done is not null)
            {
                native.WasCarriedOut(done.Visibility);
                return done;
            }
        }
        if (store.IsShared)
        {
            var held = await HeldRead.Of(read, cancellation).ConfigureAwait(false);
            await using var _ = held.ConfigureAwait(false);
            return await Write(stream, chunk, held, cancellation).ConfigureAwait(false);
        }
        return await Write(stream, chunk, read, cancellation).ConfigureAwait(false);
    }

    public async Task FinishCopy(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        foreach (var statement in model.AfterCopy)
        {
            await store.Writer.WriteSorting(
                database => new TargetSchema(database, store.Names).Finish(statement, streams), cancellation)
                .ConfigureAwait(false);
        }
        await store.Writer.Write(
            database => StrayLedger.Settle(database, store.Names, streams), cancellation).ConfigureAwait(false);
        var wanted = model.Settings.GetValueOrDefault(TargetFile.JournalMode);
        await store.Writer.Alone(
            database =>
            {
                _attached.Dispose(); // The mode can only be changed by the last connection that writes.
                TargetFile.SetJournalMode(database, store.Names, wanted);
                return true;
            },
            cancellation).ConfigureAwait(false);
    }

    public async ValueTask<Position?> Reached(CancellationToken cancellation) => !File.Exists(store.Path)
        ? null
        : await store.Readers.Read(database => PositionLedger.Read(database, store.Names), cancellation)
            .ConfigureAwait(false);

    public Task StartAt(Position position, CancellationToken cancellation) => store.Writer.Write(
        database => PositionLedger.Write(database, store.Names, position), cancellation);

    public Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation) =>
        store.Writer.WriteLong(
            async database =>
            {
                // Batches of other families may hold records that are newer than their end.
                var isExact = reason == ApplyReason.Following && store.HasLikePeer;
                using var applier = new BatchApplier(
                    database, store.Names, isExact ? InTheWay.Unexpected : InTheWay.OutOfDate,
                    orphansAreOurs: !store.HasLikePeer);
                var outcome = await applier.Apply(batch, cancellation).ConfigureAwait(false);
                if (reason == ApplyReason.Following)
                {
                    PositionLedger.Write(database, store.Names, batch.Reached);
                    StrayLedger.Empty(database, store.Names);
                }
                return outcome;
            },
            cancellation);

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) => store.Writer.Write(
        database =>
        {
            foreach (var counter in counters)
            {
                // Where the table counts by its highest row number there is nothing to set.
                if (SchemaReader.Find(database, counter.Name) is not { Automatic: true })
                    continue;
                var name = Quote.Text(counter.Name);
                database.Execute(
                    $"UPDATE sqlite_sequence SET seq = max(seq, {counter.Value}) WHERE name = {name} COLLATE NOCASE");
                if (database.Changes == 0)
                    database.Execute($"INSERT INTO sqlite_sequence (name, seq) VALUES ({name}, {counter.Value})");
            }
        },
        cancellation);

    public async Task Remove(CancellationToken cancellation)
    {
        if (!File.Exists(store.Path))
            return;
        var names = store.Names;
        await store.Writer.Write(
            database =>
            {
                SqliteControl.DropTables(database, names.Position, names.Chunks, names.Strays, names.Made);
                SqliteControl.DropWhenLast(database, names);
            },
            cancellation).ConfigureAwait(false);
    }

    public void Dispose() => _attached.Dispose();

    private Task<ChunkDone> Write(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) => store.Writer.WriteLong(
        database => new ChunkWriter(database, store.Names).Write(stream, chunk, read, cancellation), cancellation);

    public async Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        if (!File.Exists(store.Path))
            return;
        await store.Writer.Write(
            database => new TargetSchema(database, store.Names).RemoveData(streams), cancellation)
                .ConfigureAwait(false);
    }
}
