using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>Finds tables that need functions or collations which only their application brings along.</summary>
internal static class Foreign
{
    /// <summary>What SQLite misses for reading in key order and for writing; null when it misses nothing.</summary>
    internal static string? Missing(Database database, StreamSchema stream)
    {
        var columns = stream.Columns;
        var own = $"main.{Quote.Name(stream.Name)}";
        return Try(database, $"SELECT 1 FROM {own} AS t ORDER BY {KeySql.List(stream, "t")}")
            ?? Try(database,
                $"INSERT INTO {own} ({string.Join(", ", columns.Select(KeySql.Name))})"
                + $" VALUES ({string.Join(", ", columns.Select(_ => "?"))})");
    }

    // Compiling a statement resolves every function and collation that it would use.
    private static string? Try(Database database, string sql)
    {
        try
        {
            database.Prepare(sql).Dispose();
            return null;
        }
        catch (GodwitException e) when (e.Problem.Code == SqliteProblems.UnexpectedCode)
        {
            return e.Problem.Why;
        }
    }
}
