using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Schema;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Makes the definitions that a target lacks, and remembers which it has made.</summary>
internal sealed class TargetSchema(Database database, SqliteNames names)
{
    private const string Store = "store";

    internal static void CreateMade(Database database, SqliteNames names)
    {
        database.Execute(
            $"CREATE TABLE IF NOT EXISTS {Quote.Name(names.Made)} (seq INTEGER PRIMARY KEY, type TEXT, name TEXT)");
    }

    /// <summary>Whether nothing was in the store when Godwit came.</summary>
    internal static bool MadeStore(Database database, SqliteNames names) =>
        SqliteControl.Exists(database, names.Made)
        && database.Number($"SELECT 1 FROM {Quote.Name(names.Made)} WHERE type = '{Store}'") is not null;

    internal void Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model)
    {
        var first = !SqliteControl.Exists(database, names.Chunks);
        CreateMade(database, names);
        ChunkLedger.Create(database, names);
        PositionLedger.Create(database, names);
        StrayLedger.Create(database, names, streams);
        if (first && SchemaReader.TableNames(database).Count == 0)
            Remember(Store, "");
        foreach (var sql in model.BeforeCopy)
        {
            var (type, name, _) = SqlScanner.Created(sql);
            if (!Exists(type, name))
                Make(sql, type, name);
        }
        var tables = SchemaReader.Tables(database);
        foreach (var stream in streams)
            Compare(stream, tables, copies: first && model.BeforeCopy.Count > 0);
    }

    /// <summary>Makes one of the things that come after the copy, where its table was made by Godwit.</summary>
    internal void Finish(string sql, IReadOnlyList<ScopedStream> streams)
    {
        var (type, name, table) = SqlScanner.Created(sql);
        if (Exists(type, name) || !(MadeStore(database, names) || (table is not null && Made("table", table))))
            return;
        try
        {
            Make(sql, type, name);
        }
        catch (GodwitException e) when (e.Problem.Code == SqliteProblems.RefusedCode && type == "index")
        {
            DuplicateRemover.Remove(database, sql, streams.First(
                one => string.Equals(one.Schema.Name, table, StringComparison.OrdinalIgnoreCase)));
            Make(sql, type, name);
        }
    }

    /// <summary>Removes the records in scope, and what Godwit has made as far as nothing else is in it.</summary>
    internal void RemoveData(IReadOnlyList<ScopedStream> streams)
    {
        foreach (var stream in streams.OrderByDescending(one => one.Number))
        {
            var own = Quote.Name(stream.Schema.Name);
            if (!Exists("table", stream.Schema.Name))
                continue;
            var ours = ScopeSql.OfMany(stream, own);
            if (SqliteControl.Exists(database, names.Strays))
                ours = $"({ours} OR {StrayLedger.Contains(names, stream, own)})";
            database.Execute($"DELETE FROM {own} WHERE {ours}");
        }
        if (!SqliteControl.Exists(database, names.Made))
            return;
        SqliteControl.DropTables(database, names.Chunks, names.Position, names.Strays);
        DropMade();
    }

    private void DropMade()
    {
        var made = new List<(string Type, string Name)>();
        using (var rows = database.Prepare($"SELECT type, name FROM {Quote.Name(names.Made)} ORDER BY seq DESC"))
        {
            while (rows.Step())
                made.Add((rows.String(0), rows.String(1)));
        }
        foreach (var (type, name) in made)
        {
            if (type == Store || !Exists(type, name))
                continue;
            if (type != "table" || database.Number($"SELECT 1 FROM {Quote.Name(name)} LIMIT 1") is null)
                database.Execute($"DROP {type} {Quote.Name(name)}");
        }
        database.Execute($"DELETE FROM {Quote.Name(names.Made)} WHERE type <> '{Store}'");
    }

    private void Compare(ScopedStream stream, IReadOnlyList<TableShape> tables, bool copies)
    {
        var schema = stream.Schema;
        var table = tables.FirstOrDefault(one =>
            string.Equals(one.Name, schema.Name, StringComparison.OrdinalIgnoreCase))
            ?? throw new GodwitException(SqliteProblems.NoTable(database.Shown, schema.Name));
        if (Made("table", schema.Name))
            return;
        if (SchemaDifference.Between(schema, table) is { } difference)
            throw new GodwitException(SqliteProblems.Differs(database.Shown, schema.Name, difference));
        if (copies && stream.Kind == ScopeKind.Everything
            && database.Number($"SELECT 1 FROM {Quote.Name(schema.Name)} LIMIT 1") is not null)
        {
            throw new GodwitException(SqliteProblems.NotEmpty(database.Shown, schema.Name));
        }
    }

    private void Make(string sql, string type, string name)
    {
        database.Execute(sql);
        Remember(type, name);
    }

    private void Remember(string type, string name) => database.Execute(
        $"INSERT INTO {Quote.Name(names.Made)} (type, name) VALUES ({Quote.Text(type)}, {Quote.Text(name)})");

    private bool Made(string type, string name) => database.Number(
        $"SELECT 1 FROM {Quote.Name(names.Made)} WHERE type = {Quote.Text(type)} AND name = {Quote.Text(name)} "
            + $"COLLATE NOCASE")
        is not null;

    private bool Exists(string type, string name) => database.Number(
        $"SELECT 1 FROM sqlite_master WHERE type = {Quote.Text(type)} AND name = {Quote.Text(name)} COLLATE NOCASE")
            is not null;
}
