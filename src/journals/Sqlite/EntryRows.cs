using Microsoft.Data.Sqlite;

namespace Godwit.Journals.Sqlite;

/// <summary>The statements over the two tables, and the check of each row that is read.</summary>
internal static class EntryRows
{
    public static void Insert(
        SqliteConnection connection, long sequence, string at, string kind, byte[] payload, byte[] hash)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            "INSERT INTO entries (seq, at, kind, payload, hash) VALUES ($seq, $at, $kind, $payload, $hash)";
        command.Parameters.AddWithValue("$seq", sequence);
        command.Parameters.AddWithValue("$at", at);
        command.Parameters.AddWithValue("$kind", kind);
        command.Parameters.AddWithValue("$payload", payload);
        command.Parameters.AddWithValue("$hash", hash);
        command.ExecuteNonQuery();
    }

    public static void InsertHead(SqliteConnection connection, byte[] hash)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT INTO head (one, seq, hash) VALUES (1, 1, $hash)";
        command.Parameters.AddWithValue("$hash", hash);
        command.ExecuteNonQuery();
    }

    public static void MoveHead(SqliteConnection connection, long sequence, byte[] hash)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "UPDATE head SET seq = $seq, hash = $hash WHERE one = 1";
        command.Parameters.AddWithValue("$seq", sequence);
        command.Parameters.AddWithValue("$hash", hash);
        command.ExecuteNonQuery();
    }

    /// <summary>Where the chain ends, as it was written with the last entry.</summary>
    public static ChainLink? Head(SqliteConnection connection) =>
        Link(connection, "SELECT seq, hash FROM head WHERE one = 1");

    /// <summary>Where the chain ends, as the entries have it.</summary>
    public static ChainLink? Last(SqliteConnection connection) =>
        Link(connection, "SELECT seq, hash FROM entries ORDER BY seq DESC LIMIT 1");

    /// <summary>The hash that an entry claims to have.</summary>
    public static ChainLink? At(SqliteConnection connection, long sequence) =>
        Link(connection, $"SELECT seq, hash FROM entries WHERE seq = {sequence}");

    /// <summary>Rows after a sequence, in order, unchecked.</summary>
    public static IEnumerable<EntryRow> After(SqliteConnection connection, long sequence)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, at, kind, payload, hash FROM entries WHERE seq > $after ORDER BY seq";
        command.Parameters.AddWithValue("$after", sequence);
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return Row(reader);
    }

    // A damaged row may hold anything: a value of another type is not converted but becomes an empty one, and the
    // hash then does not fit.
    private static EntryRow Row(SqliteDataReader reader) => new(
        reader.GetInt64(0),
        reader.GetValue(1) as string ?? "",
        reader.GetValue(2) as string ?? "",
        reader.GetValue(3) as byte[] ?? [],
        reader.GetValue(4) as byte[] ?? []);

    private static ChainLink? Link(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        return reader.Read() && reader.GetValue(0) is long sequence && reader.GetValue(1) is byte[] hash
            ? new ChainLink(sequence, hash)
            : null;
    }
}
