using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Makes way for a unique index over records that were copied at different times.</summary>
/// <remarks>
/// When two records hold one unique value, the source has passed it from one to the other while the copy ran: both were
/// touched, so both come again with the next batch. Either may be deleted, and nobody can tell which is out of date.
/// </remarks>
internal static class DuplicateRemover
{
    internal static void Remove(Database database, string indexSql, ScopedStream stream)
    {
        var own = Quote.Name(stream.Schema.Name);
        var (terms, where) = SqlScanner.Index(indexSql);
        var list = string.Join(", ", terms);
        var condition = where ?? "1";
        var key = string.Join(", ", KeySql.Columns(stream.Schema).Select(KeySql.Name));
        database.Execute(
            $"""
            DELETE FROM {own} WHERE {ScopeSql.OfMany(stream, own)} AND ({key}) IN (
              SELECT {key} FROM (
                SELECT {key}, count(*) OVER (PARTITION BY {list}) AS holders FROM {own}
                WHERE ({condition}) AND {string.Join(" AND ", terms.Select(term => $"({term}) IS NOT NULL"))})
              WHERE holders > 1)
            """);
    }
}
