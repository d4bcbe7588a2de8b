using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>The definitions of some tables and of all that belongs to them, as <c>pg_dump</c> tells them.</summary>
/// <remarks>
/// They are asked for before a copy and after it, and what is made after it belongs to what was made before: one
/// reading does for both. Whoever asks once more has met something that somebody may have corrected since: they are
/// read anew.
/// </remarks>
internal sealed class ModelReader(PostgreSqlStore store)
{
    /// <summary>Setting that is there when <c>pg_dump</c> is not.</summary>
    internal const string NoDump = "no pg_dump";

    private (string Streams, SchemaModel Model)? _kept;

    internal async Task<SchemaModel> Read(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var names = string.Join('\n', streams.Select(one => one.Schema.Name));
        if (_kept is { } kept && kept.Streams == names)
        {
            _kept = null;
            return kept.Model;
        }
        var model = await Dump(streams, cancellation).ConfigureAwait(false);
        _kept = (names, model);
        return model;
    }

    private async Task<SchemaModel> Dump(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var others = await Others(streams, cancellation).ConfigureAwait(false);
        string[] scripts;
        try
        {
            scripts = await Task.WhenAll(
                Dump("pre-data", others, cancellation), Dump("post-data", others, cancellation)).ConfigureAwait(false);
        }
        catch (GodwitException failure) when (failure.Problem.Code == PostgreSqlProblems.NoProgramCode)
        {
            return SchemaModel.None(PostgreSqlStore.Family) with
            {
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { [NoDump] = "" },
            };
        }
        return new SchemaModel(
            PostgreSqlStore.Family,
            [scripts[0]],
            [
                .. DumpItem.Split(scripts[1]).Where(IsMoved).Concat(await Fillings(cancellation).ConfigureAwait(false))
                    .Select(one => one.Write()),
            ],
            new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private Task<string> Dump(string section, IReadOnlyList<string> others, CancellationToken cancellation) =>
        new ClientProgram(store, "pg_dump").Do(Arguments(section, others), null, cancellation);

    private static bool IsMoved(DumpItem item) =>
        !item.Type.StartsWith("PUBLICATION", StringComparison.Ordinal)
        && !item.Type.StartsWith("SUBSCRIPTION", StringComparison.Ordinal)
        && !item.Sql.Contains(PostgreSqlNames.Everyone, StringComparison.Ordinal);

    private static IEnumerable<string> Arguments(string section, IEnumerable<string> others) =>
    [
        "--schema-only", "--section=" + section, "--no-owner", "--no-privileges", "--no-publications",
        "--no-subscriptions", "--exclude-schema=" + PostgreSqlNames.Schema,
        .. others.Select(one => "--exclude-table=" + one),
    ];

    /// <summary>What fills materialized views, in the order in which they were made: a schema alone leaves them
    /// empty, and whoever asks one that was never filled gets an error.</summary>
    private async Task<IEnumerable<DumpItem>> Fillings(CancellationToken cancellation)
    {
        var rows = await store.Session.Do(
            "read the catalog",
            connection => Query.Rows(
                connection,
                $"""
                SELECT format('REFRESH MATERIALIZED VIEW %I.%I;', s.nspname, c.relname)
                FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                WHERE c.relkind = 'm' AND c.relispopulated AND s.nspname NOT LIKE 'pg\_%'
                AND s.nspname NOT IN ('information_schema', '{PostgreSqlNames.Schema}')
                AND NOT EXISTS(SELECT 1 FROM pg_depend e WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid
                    AND e.deptype = 'e')
                ORDER BY c.oid
                """,
                cancellation),
            cancellation).ConfigureAwait(false);
        return rows.Select(row => new DumpItem("MATERIALIZED VIEW DATA", row[0]!));
    }

    /// <summary>Tables that are not moved.</summary>
    private async Task<IReadOnlyList<string>> Others(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var moved = streams.Select(one => one.Schema.Name).ToHashSet(StringComparer.Ordinal);
        var all = await store.Session.Do(
            "read the catalog", connection => SchemaReader.Read(connection, cancellation), cancellation)
            .ConfigureAwait(false);
        return [.. all.Where(one => !moved.Contains(one.Name)).Select(one => Quote.Table(one.Name))];
    }
}
