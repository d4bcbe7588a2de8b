using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.PostgreSql.Schema;

/// <summary>The definitions of some tables and of all that belongs to them, as <c>pg_dump</c> tells them.</summary>
internal sealed class ModelReader(PostgreSqlStore store)
{
    /// <summary>Setting that is there when <c>pg_dump</c> is not.</summary>
    internal const string NoDump = "no pg_dump";

    internal async Task<SchemaModel> Read(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var dump = new ClientProgram(store, "pg_dump");
        if (!await dump.IsThere(cancellation).ConfigureAwait(false))
        {
            return SchemaModel.None(PostgreSqlStore.Family) with
            {
                Settings = new Dictionary<string, string>(StringComparer.Ordinal) { [NoDump] = "" },
            };
        }
        var others = await Others(streams, cancellation).ConfigureAwait(false);
        var before = await dump.Do(Arguments("pre-data", others), null, cancellation).ConfigureAwait(false);
        var after = await dump.Do(Arguments("post-data", others), null, cancellation).ConfigureAwait(false);
        return new SchemaModel(
            PostgreSqlStore.Family,
            [before],
            [.. DumpItem.Split(after).Where(IsMoved).Select(one => one.Write())],
            new Dictionary<string, string>(StringComparer.Ordinal));
    }

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
