using System.Globalization;
using Godwit.Connectors.PostgreSql.Checking;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.PostgreSql.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Knows what a database holds and whether it can be moved.</summary>
internal sealed class PostgreSqlCatalog(PostgreSqlStore store) : ICatalog
{
    private readonly ModelReader _models = new(store);

    public Task<Catalog> Read(CancellationToken cancellation) => store.Session.Do(
        "read the catalog",
        async connection =>
        {
            var streams = new List<StreamSchema>();
            var unsupported = new Dictionary<string, Problem>(StringComparer.Ordinal);
            foreach (var table in await SchemaReader.Read(connection, cancellation).ConfigureAwait(false))
            {
                if (TableCheck.Of(table) is { } problem)
                    unsupported.Add(table.Name, problem);
                else if (StreamChoice.Stream(table) is { } stream)
                    streams.Add(stream);
                else
                    unsupported.Add(table.Name, PostgreSqlProblems.NoIdentity(table.Name, StreamChoice.WhyNone(table)));
            }
            return new Catalog(streams, unsupported);
        },
        cancellation);

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Peer.Major > 0
            ? _models.Read(streams, cancellation)
            : store.Session.Do(
                "read the definitions",
                async connection => SchemaModel.None(PostgreSqlStore.Family) with
                {
                    Outlines = await OutlineReader.Read(connection, streams, cancellation).ConfigureAwait(false),
                },
                cancellation);

    /// <remarks>Of tables that tenants came to and that others use already, none: they give out from a range of their
    /// own, and a sequence that was raised into it would give out its numbers a second time.</remarks>
    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        store.Session.Do<IReadOnlyList<Counter>>(
        "read sequences",
        async connection =>
        {
            if (await GodwitSchema.Exists(connection, "targets", cancellation).ConfigureAwait(false)
                && await new TargetSchema(store).HasOwnNumbers(streams, cancellation).ConfigureAwait(false))
                return [];
            var rows = await Query.Rows(connection, SequenceSql.Of(streams), cancellation).ConfigureAwait(false);
            var counters = new List<Counter>();
            foreach (var row in rows)
            {
                var value = await Query.Number(
                    connection,
                    $"SELECT CASE WHEN is_called THEN last_value END FROM {Quote.Table(row[0]!)}",
                    cancellation).ConfigureAwait(false);
                if (value is { } given)
                    counters.Add(new Counter(row[0]!, given));
            }
            return counters;
        },
        cancellation);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) => store.Session.Do(
        "count records",
        async connection =>
        {
            var orphan = stream.Kind == ScopeKind.ByParent ? $"NOT {ScopeSql.HasParent(stream, "t")}" : "false";
            var rows = await Query.Rows(
                connection,
                $"SELECT count(*) FILTER (WHERE {ScopeSql.Of(stream, "t")}), count(*) FILTER (WHERE {orphan})"
                + $" FROM {Quote.Table(stream.Schema)} AS t",
                cancellation).ConfigureAwait(false);
            return new ScopeCount(
                long.Parse(rows[0][0]!, CultureInfo.InvariantCulture),
                long.Parse(rows[0][1]!, CultureInfo.InvariantCulture));
        },
        cancellation);

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        role == StoreRole.Source
            ? new SourceCheck(store).Run(streams, cancellation)
            : new TargetCheck(store).Run(streams, source, cancellation);
}
