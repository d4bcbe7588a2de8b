using System.Globalization;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Verifying;

/// <summary>How the rows of one table are hashed, so that both sides of a move come to the same numbers.</summary>
/// <remarks>
/// Between servers of one major version: the server's own hash functions over the columns. Between versions: the hash
/// of the row's text. Against another kind of store: the canonical digest, made here of the values themselves.
/// </remarks>
internal abstract class RowProof
{
    internal static RowProof For(PostgreSqlStore store, StreamSchema schema) =>
        store.Peer.Major == 0 ? new CanonicalProof(schema)
        : store.Peer.Major == store.Own.Major ? new ServerProof(schema, ServerHash.OfRecord(schema))
        : new ServerProof(schema, ServerHash.OfText(schema));

    /// <param name="source">FROM and WHERE; the row is called t.</param>
    internal abstract Task<RangeDigest> Sum(
        NpgsqlConnection connection, string source, CancellationToken cancellation);

    /// <summary>Appends keys and digests.</summary>
    /// <inheritdoc cref="Sum"/>
    internal abstract Task Each(
        NpgsqlConnection connection, string source, RecordBatch keys, List<ulong> digests,
        CancellationToken cancellation);

    private sealed class ServerProof(StreamSchema schema, string hash) : RowProof
    {
        internal override async Task<RangeDigest> Sum(
            NpgsqlConnection connection, string source, CancellationToken cancellation)
        {
            var row = (await Query.Rows(
                connection,
                $"""
                SELECT count(*), coalesce(mod(sum(h), 18446744073709551616), 0), coalesce(bit_xor(h), 0)
                FROM (SELECT {hash} AS h {source}) AS x
                """,
                cancellation).ConfigureAwait(false))[0];
            var sum = decimal.Parse(row[1]!, CultureInfo.InvariantCulture);
            return new RangeDigest(
                long.Parse(row[0]!, CultureInfo.InvariantCulture),
                (ulong)(sum < 0 ? sum + 18446744073709551616m : sum),
                unchecked((ulong)long.Parse(row[2]!, CultureInfo.InvariantCulture)));
        }

        internal override async Task Each(
            NpgsqlConnection connection, string source, RecordBatch keys, List<ulong> digests,
            CancellationToken cancellation)
        {
            var columns = KeySql.Columns(schema).ToList();
            // Null where a column is null although it is declared otherwise: such a row is of no count in a sum either.
            var query = $"SELECT {KeySql.Select(schema, "t")}, COALESCE({hash}, 0) {source}";
            await foreach (var batch in CopyReader
                .Read(connection, query, [.. Wire.Of(columns), Wire.Int8], 1 << 20, cancellation).ConfigureAwait(false))
            {
                using (batch)
                    Take(batch, columns.Count, keys, digests);
            }
        }

        private static void Take(RecordBatch batch, int width, RecordBatch keys, List<ulong> digests)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                for (var column = 0; column < width; column++)
                    keys.AppendFrom(batch, i, column);
                keys.EndRecord();
                digests.Add(unchecked((ulong)batch.IntegerAt(i, width)));
            }
        }
    }

    private sealed class CanonicalProof(StreamSchema schema) : RowProof
    {
        internal override async Task<RangeDigest> Sum(
            NpgsqlConnection connection, string source, CancellationToken cancellation)
        {
            var sum = default(RangeDigest);
            await foreach (var (_, _, digest) in Hashed(connection, source, cancellation).ConfigureAwait(false))
                sum = sum.Add(digest);
            return sum;
        }

        internal override async Task Each(
            NpgsqlConnection connection, string source, RecordBatch keys, List<ulong> digests,
            CancellationToken cancellation)
        {
            await foreach (var (batch, record, digest) in Hashed(connection, source, cancellation)
                .ConfigureAwait(false))
            {
                foreach (var column in schema.KeyColumns)
                    keys.AppendFrom(batch, record, column);
                keys.EndRecord();
                digests.Add(digest);
            }
        }

        private async IAsyncEnumerable<(RecordBatch Batch, int Record, ulong Digest)> Hashed(
            NpgsqlConnection connection, string source,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
        {
            var hasher = new RecordHasher();
            var query = $"SELECT {KeySql.SelectAll(schema, "t")} {source}";
            await foreach (var batch in CopyReader
                .Read(connection, query, Wire.Of(schema.Columns), 1 << 20, cancellation).ConfigureAwait(false))
            {
                using (batch)
                {
                    for (var i = 0; i < batch.Count; i++)
                    {
                        for (var column = 0; column < batch.ColumnCount; column++)
                            hasher.Add(batch, i, column);
                        yield return (batch, i, hasher.End());
                    }
                }
            }
        }
    }
}
