using Godwit.Tests.Servers;
using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Somebody who has not heard that the data has moved.</summary>
internal static class LateWriter
{
    /// <summary>Writes, and fails when nothing is said against it.</summary>
    public static async Task<(string State, string Message, string? Hint)> Write(
        PostgreSqlDatabase database, string sql)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        return (refused.SqlState, refused.MessageText, refused.Hint);
    }
}
