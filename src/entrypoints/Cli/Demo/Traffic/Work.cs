using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>One transaction: what to tell the database, what each key holds afterwards, and what the writer remembers
/// of it once it is acknowledged.</summary>
internal sealed class Work
{
    private readonly List<Statement> _statements = [];
    private readonly Dictionary<(string Stream, string Key), NotedWrite> _writes = [];
    private readonly List<Action> _memories = [];

    public IReadOnlyList<Statement> Statements => _statements;

    public IReadOnlyList<NotedWrite> Writes => [.. _writes.Values];

    /// <summary>Whether the writer takes it back itself, when everything is written.</summary>
    public bool IsTakenBack { get; set; }

    public Work Insert(ShopRow row) =>
        Tell("INSERT INTO", row, 1).Holds(row);

    public Work InsertOrReplace(ShopRow row) =>
        Tell("INSERT OR REPLACE INTO", row, 1).Holds(row);

    /// <summary>Sets some columns of a row that is known to be there; the key may be among them.</summary>
    public Work Update(ShopRow row, ShopRow changed)
    {
        var table = row.Table;
        var columns = Enumerable.Range(0, table.Columns.Count).Where(i => !Equals(row[i], changed[i])).ToArray();
        if (columns.Length == 0)
            columns = [table.Columns.Count - 1]; // An update to the same values is a write as well.
        var sets = columns.Select((column, at) => $"{table.Columns[column]} = $p{at}");
        _statements.Add(new Statement(
            $"UPDATE {table.Name} SET {string.Join(", ", sets)} WHERE {KeyIs(table, columns.Length)}",
            [.. columns.Select(column => changed[column]), .. row.Values.Take(table.Keys)],
            Rows: 1));
        return row.Key == changed.Key ? Holds(changed) : Gone(row).Holds(changed);
    }

    public Work Delete(ShopRow row)
    {
        _statements.Add(new Statement(
            $"DELETE FROM {row.Table.Name} WHERE {KeyIs(row.Table, 0)}",
            [.. row.Values.Take(row.Table.Keys)],
            Rows: 1));
        return Gone(row);
    }

    public Work Tell(Statement statement)
    {
        _statements.Add(statement);
        return this;
    }

    /// <summary>Afterwards the row is there. For what a statement does besides, too: cascades.</summary>
    public Work Holds(ShopRow row)
    {
        _writes[(row.Table.Name, row.Key)] = new NotedWrite(row.Table.Name, row.Key, row.Text);
        return this;
    }

    /// <summary>Afterwards the row is not there.</summary>
    public Work Gone(ShopRow row)
    {
        _writes[(row.Table.Name, row.Key)] = new NotedWrite(row.Table.Name, row.Key, null);
        return this;
    }

    public Work Remember(Action memory)
    {
        _memories.Add(memory);
        return this;
    }

    /// <summary>It was acknowledged.</summary>
    public void Keep()
    {
        foreach (var memory in _memories)
            memory();
    }

    private Work Tell(string verb, ShopRow row, int rows) => Tell(new Statement(
        $"{verb} {row.Table.Name} VALUES ({ShopDatabase.Parameters(row.Values.Count)})", row.Values, rows));

    private static string KeyIs(ShopTable table, int first) =>
        string.Join(" AND ", Enumerable.Range(0, table.Keys).Select(i => $"{table.Columns[i]} = $p{first + i}"));
}
