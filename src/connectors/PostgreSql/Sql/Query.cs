using System.Globalization;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Sql;

/// <summary>Short statements whose results are text.</summary>
internal static class Query
{
    internal static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var _ = command.ConfigureAwait(false);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>How many rows the statement wrote.</summary>
    internal static async Task<long> Write(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using var _ = command.ConfigureAwait(false);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>The first value of the first row; null when there is none.</summary>
    internal static async Task<string?> One(NpgsqlConnection connection, string sql, CancellationToken cancellation) =>
        (await Rows(connection, sql, cancellation).ConfigureAwait(false)) is [var first, ..] ? first[0] : null;

    internal static async Task<long?> Number(
        NpgsqlConnection connection, string sql, CancellationToken cancellation) =>
        await One(connection, sql, cancellation).ConfigureAwait(false) is { } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : null;

    internal static async Task<List<string?[]>> Rows(
        NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        var rows = new List<string?[]>();
        var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
        await using var _ = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await using var __ = reader.ConfigureAwait(false);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            var row = new string?[reader.FieldCount];
            for (var i = 0; i < row.Length; i++)
                row[i] = await reader.IsDBNullAsync(i, cancellation).ConfigureAwait(false) ? null : reader.GetString(i);
            rows.Add(row);
        }
        return rows;
    }
}
