using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Writing;

/// <summary>Which chunks are here; each is noted in the transaction that writes its records.</summary>
internal static class ChunkLedger
{
    internal static async Task<IReadOnlyList<ChunkDone>> Read(
        NpgsqlConnection connection, string mark, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"SELECT stream, index, visibility, records, bytes FROM _godwit.chunks WHERE mark = {mark}"
            + " ORDER BY stream, index",
            cancellation).ConfigureAwait(false);
        return
        [
            .. rows.Select(row => new ChunkDone(
                int.Parse(row[0]!, CultureInfo.InvariantCulture), int.Parse(row[1]!, CultureInfo.InvariantCulture),
                Visibility.Parse(row[2]!), long.Parse(row[3]!, CultureInfo.InvariantCulture),
                long.Parse(row[4]!, CultureInfo.InvariantCulture))),
        ];
    }

    internal static async Task<bool> Has(
        NpgsqlConnection connection, string mark, Chunk chunk, CancellationToken cancellation) => await Query.One(
        connection,
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            SELECT 1 FROM _godwit.chunks WHERE mark = {mark} AND stream = {chunk.Stream} AND index = {chunk.Index}
            """),
        cancellation).ConfigureAwait(false) is not null;

    internal static Task Write(
        NpgsqlConnection connection, string mark, ChunkDone done, CancellationToken cancellation) => Query.Run(
        connection,
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            INSERT INTO _godwit.chunks (mark, stream, index, visibility, records, bytes)
            VALUES ({mark}, {done.Stream}, {done.Index}, '{done.Visibility}', {done.Records}, {done.Bytes})
            ON CONFLICT (mark, stream, index) DO UPDATE
            SET visibility = excluded.visibility, records = excluded.records, bytes = excluded.bytes
            """),
        cancellation);
}
