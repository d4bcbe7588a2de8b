using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>The oids of the tables of streams, as queries. Whoever may not use a schema may ask nevertheless, which
/// <c>to_regclass</c> refuses.</summary>
internal static class TableSql
{
    /// <summary>Of the tables alone; those that are not there are left out.</summary>
    internal static string Oids(IReadOnlyList<ScopedStream> streams)
    {
        var names = string.Join(", ", streams.Select(one =>
        {
            var (schema, table) = Quote.Split(one.Schema.Name);
            return $"({Quote.Text(schema)}, {Quote.Text(table)})";
        }).DefaultIfEmpty("(NULL, NULL)"));
        return "SELECT o.oid FROM pg_class o JOIN pg_namespace m ON m.oid = o.relnamespace"
            + $" WHERE (m.nspname, o.relname) IN ({names})";
    }

    /// <summary>Of the tables and their partitions at every depth.</summary>
    internal static string OidsWithPartitions(IReadOnlyList<ScopedStream> streams) =>
        $"SELECT t.relid::oid FROM ({Oids(streams)}) AS r(root), pg_partition_tree(r.root) AS t UNION {Oids(streams)}";
}
