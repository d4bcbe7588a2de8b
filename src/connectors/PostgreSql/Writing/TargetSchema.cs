using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Makes the definitions that a target lacks, and compares those that it has.</summary>
internal sealed class TargetSchema(PostgreSqlStore store)
{
    private string Mark => Quote.Text(store.Names.Mark);

    internal async Task Prepare(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        var isFirst = await store.Session.Do(
            "make the ledgers",
            async connection =>
            {
                await GodwitSchema.Create(connection, cancellation).ConfigureAwait(false);
                return await Query.One(
                    connection, $"SELECT 1 FROM _godwit.targets WHERE mark = {Mark}", cancellation)
                    .ConfigureAwait(false) is null;
            },
            cancellation).ConfigureAwait(false);
        var tables = await Tables(cancellation).ConfigureAwait(false);
        var missing = streams.Where(one => !tables.ContainsKey(one.Schema.Name)).ToList();
        var copies = model.BeforeCopy.Count > 0 || model.Settings.ContainsKey(ModelReader.NoDump);
        if (isFirst && copies && missing.Count == streams.Count)
        {
            await Make(model, cancellation).ConfigureAwait(false);
            return;
        }
        if (missing.Count > 0)
            throw new GodwitException(PostgreSqlProblems.NoTable(store.Opening.Shown, missing[0].Schema.Name));
        foreach (var stream in streams)
        {
            await TakeOver(stream, tables[stream.Schema.Name], isFirst, cancellation).ConfigureAwait(false);
            if (isFirst && copies && stream.Kind == ScopeKind.Everything)
                await EnsureEmpty(stream, cancellation).ConfigureAwait(false);
        }
        await Remember(made: false, cancellation).ConfigureAwait(false);
    }

    internal async Task Finish(
        IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation)
    {
        if (await Made(cancellation).ConfigureAwait(false))
        {
            await new IndexBuilder(store).Build(
                streams, [.. model.AfterCopy.Select(DumpItem.Read)], cancellation).ConfigureAwait(false);
        }
        await Parallel.ForEachAsync(
            streams.OrderByDescending(one => one.Schema.EstimatedBytes),
            new ParallelOptions { MaxDegreeOfParallelism = IndexBuilder.AtOnce, CancellationToken = cancellation },
            async (stream, token) => await GatherStatistics(stream, token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private Task GatherStatistics(ScopedStream stream, CancellationToken cancellation) => store.Session.Do(
        "gather statistics",
        connection => Query.Run(connection, $"ANALYZE {Quote.Table(stream.Schema)}", cancellation),
        cancellation);

    internal Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Session.InTransaction(
        "remove what was copied",
        async connection =>
        {
            if (!await GodwitSchema.Exists(connection, "chunks", cancellation).ConfigureAwait(false))
                return;
            await Query.Run(connection, ChunkWriter.AsReplica, cancellation).ConfigureAwait(false);
            var isDropped = await IsMade(connection, cancellation).ConfigureAwait(false);
            var tables = new List<string>();
            foreach (var stream in streams.OrderByDescending(one => one.Number))
            {
                var table = Quote.Table(stream.Schema);
                if (await Query.One(connection, $"SELECT to_regclass({Quote.Text(table)})", cancellation)
                    .ConfigureAwait(false) is null)
                    continue;
                tables.Add(table);
                if (isDropped)
                    await Query.Run(connection, $"LOCK TABLE {table}", cancellation).ConfigureAwait(false);
                if (isDropped && stream.Kind == ScopeKind.Everything)
                    continue;
                await Query.Run(
                    connection, $"DELETE FROM {table} AS t WHERE {ScopeSql.OfOursHere(stream, "t")}", cancellation)
                    .ConfigureAwait(false);
                // Others have come meanwhile, into tables that were made for us: they stay.
                isDropped = isDropped && await Query.One(connection, $"SELECT 1 FROM {table} LIMIT 1", cancellation)
                    .ConfigureAwait(false) is null;
            }
            foreach (var table in isDropped ? tables : [])
                await Query.Run(connection, $"DROP TABLE {table} CASCADE", cancellation).ConfigureAwait(false);
            await Query.Run(
                connection,
                $"DELETE FROM _godwit.chunks WHERE mark = {Mark}; DELETE FROM _godwit.positions WHERE mark = {Mark};"
                + $" DELETE FROM _godwit.targets WHERE mark = {Mark}",
                cancellation).ConfigureAwait(false);
        },
        cancellation);

    /// <summary>Makes or asks for what was changed at the source since the migration began; at its beginning both
    /// sides have to be equal.</summary>
    private async Task TakeOver(
        ScopedStream stream, string here, bool isFirst, CancellationToken cancellation)
    {
        var name = stream.Schema.Name;
        if (Definition.Difference(stream.Schema.Definition, here) is not { } difference)
            return;
        if (isFirst)
            throw new GodwitException(PostgreSqlProblems.Differs(store.Opening.Shown, name, difference));
        var statements = Definition.Statements(
            Quote.Table(stream.Schema), stream.Schema.Definition, here, out var isSafe);
        // A key that is made after the copy is no difference of columns.
        if (statements.Count == 0 && await Made(cancellation).ConfigureAwait(false))
            return;
        if (!isSafe || statements.Count == 0)
        {
            var reached = await store.Target.Reached(cancellation).ConfigureAwait(false);
            throw new GodwitException(PostgreSqlProblems.MustFollow(
                store.Opening.Shown, name, difference,
                reached is { } position ? LogPosition.Show(LogPosition.Lsn(position)) : "the beginning",
                string.Join(' ', statements)));
        }
        await store.Session.Do(
            "add a column",
            connection => Query.Run(connection, string.Join(' ', statements), cancellation),
            cancellation).ConfigureAwait(false);
    }

    /// <summary>Whether tenants come to a place that gives out numbers by itself: to tables that others use.</summary>
    internal async Task<bool> HasOwnNumbers(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Role == StoreRole.Target && streams.Any(one => one.Kind != ScopeKind.Everything)
        && !await Made(cancellation).ConfigureAwait(false);

    private Task<bool> Made(CancellationToken cancellation) => store.Session.Do(
        "read the ledgers", connection => IsMade(connection, cancellation), cancellation);

    private async Task<bool> IsMade(NpgsqlConnection connection, CancellationToken cancellation) => await Query.One(
        connection, $"SELECT 1 FROM _godwit.targets WHERE mark = {Mark} AND made_schema", cancellation)
        .ConfigureAwait(false) is not null;

    private Task Remember(bool made, CancellationToken cancellation) => store.Session.Do(
        "write the ledgers",
        connection => Query.Run(connection, Remembering(made), cancellation),
        cancellation);

    private string Remembering(bool made) =>
        $"INSERT INTO _godwit.targets (mark, made_schema) VALUES ({Mark}, {(made ? "true" : "false")})"
        + " ON CONFLICT (mark) DO NOTHING";

    private async Task Make(SchemaModel model, CancellationToken cancellation)
    {
        if (model.Settings.ContainsKey(ModelReader.NoDump))
            throw new GodwitException(PostgreSqlProblems.NoProgram("pg_dump", "It is not installed here"));
        // All of it or none of it, and remembered in the same transaction.
        var script = string.Join('\n', model.BeforeCopy) + "\n" + Remembering(made: true) + ";\n";
        if (store.Peer.Major == 0)
        {
            await store.Session.InTransaction(
                "make the tables", connection => Query.Run(connection, script, cancellation), cancellation)
                .ConfigureAwait(false);
            return;
        }
        await new ClientProgram(store, "psql").Do(
            ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"], script, cancellation)
            .ConfigureAwait(false);
    }

    private async Task EnsureEmpty(ScopedStream stream, CancellationToken cancellation)
    {
        var hasRows = await store.Session.Do(
            "look at the target",
            connection => Query.One(connection, $"SELECT 1 FROM {Quote.Table(stream.Schema)} LIMIT 1", cancellation),
            cancellation).ConfigureAwait(false);
        if (hasRows is not null)
            throw new GodwitException(PostgreSqlProblems.NotEmpty(store.Opening.Shown, stream.Schema.Name));
    }

    private Task<Dictionary<string, string>> Tables(CancellationToken cancellation) => store.Session.Do(
        "read the catalog",
        async connection => (await SchemaReader.Read(connection, cancellation).ConfigureAwait(false))
            .ToDictionary(one => one.Name, Definition.Of, StringComparer.Ordinal),
        cancellation);
}
