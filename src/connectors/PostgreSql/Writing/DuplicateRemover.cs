using System.Text.RegularExpressions;
using Godwit.Connectors.PostgreSql.Schema;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Removes records that hold one unique value together, before its index can be made.</summary>
/// <remarks>
/// Chunks are read at different times, so a value may be read with its old and with its new holder. Both were written
/// to after capture began, so both come again with the changes. Records of others stay, and keep the index from being
/// made.
/// </remarks>
internal sealed partial class DuplicateRemover(PostgreSqlStore store)
{
    /// <returns>How many were removed.</returns>
    internal async Task<long> Remove(
        IReadOnlyList<ScopedStream> streams, DumpItem item, CancellationToken cancellation)
    {
        var removed = 0L;
        foreach (var stream in streams)
        {
            foreach (var unique in stream.Schema.UniqueKeys.Where(one =>
                one.Columns.Count > 0 && Name().Matches(item.Sql).Any(word =>
                    word.Value.Trim('"') == one.Name)))
            {
                removed += await Remove(stream, unique, cancellation).ConfigureAwait(false);
            }
        }
        return removed;
    }

    private Task<long> Remove(ScopedStream stream, UniqueKey unique, CancellationToken cancellation)
    {
        var table = Quote.Table(stream.Schema);
        var columns = Quote.Names(unique.Columns);
        var filled = string.Join(" AND ", unique.Columns.Select(one => $"{Quote.Name(one)} IS NOT NULL"));
        return store.Session.InTransaction(
            "remove records that share a unique value",
            async connection =>
            {
                await Query.Run(connection, ChunkWriter.AsReplica, cancellation).ConfigureAwait(false);
                return await Query.Write(
                    connection,
                    $"""
                    DELETE FROM {table} AS t USING (
                      SELECT tableoid AS o, ctid AS c, count(*) OVER (PARTITION BY {columns}) AS n FROM {table} AS s
                      WHERE {filled} AND {ScopeSql.Of(stream, "s")}) AS d
                    WHERE t.tableoid = d.o AND t.ctid = d.c AND d.n > 1
                    """,
                    cancellation).ConfigureAwait(false);
            },
            cancellation);
    }

    [GeneratedRegex("\"[^\"]+\"|[A-Za-z_][A-Za-z0-9_$]*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Name();
}
