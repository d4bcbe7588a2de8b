using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A transaction of a writer under way: what it has touched, and how that is at its end.</summary>
internal sealed class OpenDeed(NpgsqlConnection connection, int tenant, bool isAsync)
{
    private readonly Dictionary<string, HashSet<string>> _touched =
        ShopTable.All.ToDictionary(table => table.Name, _ => new HashSet<string>());

    private readonly HashSet<RowName> _taken = [];

    public int Tenant { get; } = tenant;

    /// <summary>The transaction's number at the server, when its commit was asked for.</summary>
    public string Number { get; private set; } = "";

    /// <summary>False when chance found nothing to do.</summary>
    public bool HasWritten => Number.Length > 0;

    public IReadOnlyDictionary<RowName, RowState> Rows { get; private set; } = new Dictionary<RowName, RowState>();

    public Task Begin() => Run(isAsync ? "BEGIN; SET LOCAL synchronous_commit = off" : "BEGIN");

    public Task Run(string sql) => Write(sql, null, []);

    /// <summary>Writes; whoever asks for a number of rows wonders when it is another.</summary>
    public async Task Write(string sql, int? rows, params object[] values)
    {
        await using var command = Command(sql, values);
        var written = await command.ExecuteNonQueryAsync();
        if (rows is not null && written != rows)
            throw new ShopWonderException(
                $"tenant {Tenant}: {written} rows instead of {rows}: {sql} {string.Join(' ', values)}");
    }

    /// <summary>The first column of all rows, as text.</summary>
    public async Task<List<string>> Read(string sql, params object[] values)
    {
        await using var command = Command(sql, values);
        await using var reader = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await reader.ReadAsync())
            found.Add(reader.GetString(0));
        return found;
    }

    public void Touch(string table, params IEnumerable<string> keys) => _touched[table].UnionWith(keys);

    /// <summary>Reserves a row: another transaction of the same writer would wait for it for ever.</summary>
    public void Take(RowName row) => _taken.Add(row);

    public bool Has(RowName row) => _taken.Contains(row);

    /// <summary>Reads the touched rows as this transaction leaves them, then commits.</summary>
    public async Task Commit()
    {
        Rows = await ReadTouched(connection);
        await Run("COMMIT");
    }

    public Task Rollback() => Run("ROLLBACK");

    /// <summary>The touched rows as a connection sees them.</summary>
    public async Task<IReadOnlyDictionary<RowName, RowState>> ReadTouched(NpgsqlConnection by)
    {
        var rows = _touched.SelectMany(one => one.Value.Select(key => new RowName(one.Key, key)))
            .ToDictionary(row => row, _ => new RowState(Tenant, 0, null));
        var tables = ShopTable.All.Where(table => _touched[table.Name].Count > 0).ToList();
        var sql = string.Join(
            " UNION ALL ", tables.Select(table => table.TouchedRows).Prepend(
                "SELECT '', 0, coalesce(pg_current_xact_id_if_assigned()::text, ''), 0::bigint, ''"));
        await using var command = new NpgsqlCommand(sql, by);
        foreach (var table in tables)
            command.Parameters.AddWithValue(table.Name, _touched[table.Name].ToArray());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new RowName(reader.GetString(0), reader.GetString(2));
            if (row.Table.Length > 0)
                rows[row] = new RowState(reader.GetInt32(1), reader.GetInt64(3), reader.GetString(4));
            else if (by == connection)
                Number = row.Key;
        }
        return rows;
    }

    private NpgsqlCommand Command(string sql, object[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
            command.Parameters.AddWithValue(value);
        return command;
    }
}
