using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.PostgreSql.Verifying;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Proves what is there: the server hashes its own rows, and only the sums travel.</summary>
internal sealed class PostgreSqlDigest(PostgreSqlStore store) : IDigest
{
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) => Look(
        connection => Proof(stream).Sum(connection, Range(stream, range), cancellation), cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) => Look(
        async connection =>
        {
            var (keys, digests) = (new RecordBatch(stream.Schema.KeyColumns.Count), new List<ulong>());
            await Proof(stream).Each(connection, Range(stream, range), keys, digests, cancellation)
                .ConfigureAwait(false);
            return new KeyDigests(keys, digests);
        },
        cancellation);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) => Look(
        async connection =>
        {
            var (found, digests) = (new RecordBatch(stream.Schema.KeyColumns.Count), new List<ulong>());
            foreach (var source in Sources(stream, keys))
                await Proof(stream).Each(connection, source, found, digests, cancellation).ConfigureAwait(false);
            return new KeyDigests(found, digests);
        },
        cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) => Look(
        async connection =>
        {
            var records = new RecordBatch(stream.Schema.Columns.Count);
            foreach (var source in Sources(stream, keys))
            {
                using var part = await CopyReader.ReadAll(
                    connection, $"SELECT {KeySql.SelectAll(stream.Schema, "t")} {source}",
                    Wire.Of(stream.Schema.Columns), cancellation).ConfigureAwait(false);
                for (var i = 0; i < part.Count; i++)
                {
                    for (var column = 0; column < part.ColumnCount; column++)
                        records.AppendFrom(part, i, column);
                    records.EndRecord();
                }
            }
            return records;
        },
        cancellation);

    private RowProof Proof(ScopedStream stream) => RowProof.For(store, stream.Schema);

    private Task<T> Look<T>(Func<NpgsqlConnection, Task<T>> look, CancellationToken cancellation) =>
        store.Session.Do("prove what is there", look, cancellation);

    private static string Range(ScopedStream stream, KeyRange range) =>
        $"FROM {Quote.Table(stream.Schema)} AS t WHERE {KeySql.Within(stream.Schema, "t", range)}"
        + $" AND {ScopeSql.Of(stream, "t")}";

    private static IEnumerable<string> Sources(ScopedStream stream, RecordBatch keys) =>
        KeySql.Unnest(stream.Schema, keys).Select(part =>
            $"FROM {part.Rows} JOIN {Quote.Table(stream.Schema)} AS t"
            + $" ON {KeySql.Equal(stream.Schema, "t", "k")} WHERE {ScopeSql.Of(stream, "t")}");
}
