using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.PostgreSql.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Takes what is and what happens.</summary>
internal sealed class PostgreSqlTarget(PostgreSqlStore store) : ITarget, IAsyncDisposable
{
    private readonly BatchApplier _applier = new(store);
    private IReadOnlyList<ScopedStream> _streams = [];

    private string Mark => Quote.Text(store.Names.Mark);

    public Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        _streams = streams;
        return new TargetSchema(store).Prepare(streams, model, cancellation);
    }

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<ChunkDone>>(
        "read the ledger of chunks",
        async connection => await GodwitSchema.Exists(connection, "chunks", cancellation).ConfigureAwait(false)
            ? await ChunkLedger.Read(connection, Mark, cancellation).ConfigureAwait(false)
            : [],
        cancellation);

    public Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) =>
        new ChunkWriter(store).Write(stream, chunk, read, cancellation);

    public Task FinishCopy(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        new TargetSchema(store).Finish(streams, model, cancellation);

    public async ValueTask<Position?> Reached(CancellationToken cancellation) => await store.Session.Do<Position?>(
        "read the position",
        async connection =>
        {
            if (!await GodwitSchema.Exists(connection, "positions", cancellation).ConfigureAwait(false))
                return null;
            var text = await Query.One(
                connection, $"SELECT position FROM _godwit.positions WHERE mark = {Mark}", cancellation)
                .ConfigureAwait(false);
            return text is null ? null : Position.Parse(text);
        },
        cancellation).ConfigureAwait(false);

    public Task StartAt(Position position, CancellationToken cancellation) => store.Session.Do(
        "write the position",
        connection => Query.Run(connection, BatchLane.Start(Mark, position), cancellation),
        cancellation);

    public Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation) =>
        _applier.Apply(batch, reason, cancellation);

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) => store.Session.Do(
        "set sequences",
        async connection =>
        {
            // Where others are given numbers already, a sequence goes on in its own range.
            var unused = await new TargetSchema(store).HasOwnNumbers(_streams, cancellation).ConfigureAwait(false)
                ? " AND pg_sequence_last_value(seqrelid) IS NULL"
                : "";
            foreach (var counter in counters)
            {
                var name = Quote.Text(Quote.Table(counter.Name));
                await Query.Run(
                    connection,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"""
                        SELECT setval(seqrelid, CASE WHEN seqincrement > 0
                          THEN greatest({counter.Value}, pg_sequence_last_value(seqrelid))
                          ELSE least({counter.Value}, pg_sequence_last_value(seqrelid)) END)
                        FROM pg_sequence WHERE seqrelid = to_regclass({name}){unused}
                        """),
                    cancellation).ConfigureAwait(false);
            }
        },
        cancellation);

    public async Task Remove(CancellationToken cancellation)
    {
        await new ForeignKeyProof(store).ProveAll(cancellation).ConfigureAwait(false);
        await RemoveLedgers(cancellation).ConfigureAwait(false);
    }

    private Task RemoveLedgers(CancellationToken cancellation) => store.Session.Do(
        "remove the ledgers",
        async connection =>
        {
            if (!await GodwitSchema.Exists(connection, "chunks", cancellation).ConfigureAwait(false))
                return;
            await Query.Run(
                connection,
                $"""
                DELETE FROM _godwit.chunks WHERE mark = {Mark};
                DELETE FROM _godwit.unproved WHERE mark = {Mark};
                DELETE FROM _godwit.positions WHERE mark = {Mark};
                DELETE FROM _godwit.targets WHERE mark = {Mark};
                """,
                cancellation).ConfigureAwait(false);
            await GodwitSchema.DropWhenEmpty(connection, cancellation).ConfigureAwait(false);
        },
        cancellation);

    public async Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        await new ForeignKeyProof(store).Forget(cancellation).ConfigureAwait(false);
        await new TargetSchema(store).RemoveData(streams, cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync() => _applier.DisposeAsync();
}
