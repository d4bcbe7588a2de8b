using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Reads the indexes of a table, with the texts of their expressions and conditions.</summary>
internal static class IndexReader
{
    internal static IReadOnlyList<IndexShape> Read(Database database, string table)
    {
        var indexes = new List<IndexShape>();
        using var rows = database.Prepare(
            $"SELECT name, \"unique\", origin FROM pragma_index_list({Quote.Text(table)}, 'main') ORDER BY seq DESC");
        while (rows.Step())
            indexes.Add(Index(database, rows.String(0), rows.Integer(1) != 0, rows.String(2) == "pk"));
        return indexes;
    }

    private static IndexShape Index(Database database, string name, bool unique, bool ofPrimaryKey)
    {
        var sql = SchemaReader.Sql(database, "index", name);
        var (texts, where) = sql.Length == 0 ? ([], null) : SqlScanner.Index(sql);
        var terms = new List<IndexTerm>();
        using var rows = database.Prepare(
            $"SELECT seqno, cid, name, coll FROM pragma_index_xinfo({Quote.Text(name)}, 'main') WHERE key"
            + " ORDER BY seqno");
        while (rows.Step())
        {
            var column = rows.Integer(1) >= 0 ? rows.String(2) : null;
            terms.Add(new IndexTerm(column, column is null ? texts[(int)rows.Integer(0)] : null, rows.String(3)));
        }
        return new IndexShape(name, unique, ofPrimaryKey, terms, where, sql.Length == 0 ? null : sql);
    }
}
