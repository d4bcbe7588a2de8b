using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Finds which records of a table hold what a new record claims for itself.</summary>
internal sealed class ConflictFinder : IDisposable
{
    private readonly List<(UniqueClaim Claim, Statement Find, Statement? Delete)> _claims = [];

    internal ConflictFinder(Database database, SqliteNames names, ScopedStream stream)
    {
        var table = SchemaReader.Find(database, stream.Schema.Name)
            ?? throw new GodwitException(SqliteProblems.Redefined(database.Shown, stream.Schema.Name));
        var own = Quote.Name(table.Name);
        var ours = StrayLedger.OursOrStray(database, names, stream, own);
        var key = string.Join(", ", KeySql.Columns(stream.Schema).Select(column => column.Name));
        foreach (var claim in UniqueClaim.Of(table, name => Parameter(stream.Schema, name)))
        {
            var isKey = string.Equals(claim.Columns, key, StringComparison.OrdinalIgnoreCase);
            var find = database.Prepare($"SELECT 1 FROM {own} WHERE {claim.Held}");
            var delete = isKey ? null : database.Prepare($"DELETE FROM {own} WHERE {claim.Held} AND {ours}");
            _claims.Add((claim, find, delete));
        }
    }

    /// <summary>Deletes our own records that hold unique values of a new one, but for its key.</summary>
    internal void DeleteOutOfDate(RecordBatch batch, int record)
    {
        foreach (var (_, _, delete) in _claims)
        {
            if (delete is null)
                continue;
            Bind(delete, batch, record);
            delete.Run();
        }
    }

    /// <summary>The claim that a record which is here already holds; null when there is none.</summary>
    internal UniqueClaim? Holder(RecordBatch batch, int record)
    {
        foreach (var (claim, find, _) in _claims)
        {
            Bind(find, batch, record);
            var held = find.Step();
            find.Reset();
            if (held)
                return claim;
        }
        return null;
    }

    public void Dispose()
    {
        foreach (var (_, find, delete) in _claims)
        {
            find.Dispose();
            delete?.Dispose();
        }
    }

    // A statement knows parameters only up to the last that it uses.
    private static void Bind(Statement statement, RecordBatch batch, int record) =>
        statement.BindColumns(1, batch, record,
            [.. Enumerable.Range(0, Math.Min(statement.ParameterCount, batch.ColumnCount))]);

    private static string? Parameter(StreamSchema schema, string quoted)
    {
        for (var i = 0; i < schema.Columns.Count; i++)
        {
            if (string.Equals(KeySql.Name(schema.Columns[i]), quoted, StringComparison.OrdinalIgnoreCase))
                return $"?{i + 1}";
        }
        return null;
    }
}
