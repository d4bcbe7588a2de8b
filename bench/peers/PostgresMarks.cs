using Npgsql;

namespace Godwit.Bench.Peers;

/// <summary>Rows of the table <c>marks</c>.</summary>
internal sealed class PostgresMarks : IMarks
{
    private readonly NpgsqlConnection _connection;
    private readonly NpgsqlCommand _insert;
    private readonly NpgsqlCommand _select;

    internal PostgresMarks(int port)
    {
        _connection = new NpgsqlConnection(PostgresServers.ConnectionString(port));
        _connection.Open();
        _insert = Prepared("INSERT INTO marks VALUES ($1)");
        _select = Prepared("SELECT n FROM marks WHERE n > $1 ORDER BY n");
    }

    public long Last()
    {
        using var select = new NpgsqlCommand("SELECT coalesce(max(n), 0) FROM marks", _connection);
        return (long)select.ExecuteScalar()!;
    }

    public void Write(long number)
    {
        _insert.Parameters[0].Value = number;
        _insert.ExecuteNonQuery();
    }

    public IReadOnlyList<long> After(long number)
    {
        _select.Parameters[0].Value = number;
        using var rows = _select.ExecuteReader();
        var numbers = new List<long>();
        while (rows.Read())
            numbers.Add(rows.GetInt64(0));
        return numbers;
    }

    public void Dispose()
    {
        _insert.Dispose();
        _select.Dispose();
        _connection.Dispose();
    }

    private NpgsqlCommand Prepared(string text)
    {
        var command = new NpgsqlCommand(text, _connection) { Parameters = { new NpgsqlParameter<long>() } };
        command.Prepare();
        return command;
    }
}
