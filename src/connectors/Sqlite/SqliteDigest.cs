using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Verifying;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite;

/// <summary>Proves what is there, with its own queries and its own way to read values.</summary>
internal sealed class SqliteDigest(SqliteReaders readers) : IDigest
{
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        readers.Read(
        database =>
        {
            var sum = default(RangeDigest);
            using var proof = new ProofReader(
                database, $"SELECT {ProofSql.Columns(stream.Schema)}{ProofSql.Source(stream, range)}",
                    stream.Schema.Columns.Count);
            while (proof.Next())
                sum = sum.Add(proof.Hash(0));
            return sum;
        },
        cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) => readers.Read(
        database => Each(database, stream.Schema, [ProofSql.Source(stream, range)]), cancellation);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        readers.Read(
        database => Each(
            database, stream.Schema, ProofSql.Sources(stream, keys)),
        cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        readers.Read(
        database =>
        {
            var records = new RecordBatch(stream.Schema.Columns.Count);
            foreach (var source in ProofSql.Sources(stream, keys))
            {
                using var proof = new ProofReader(
                    database, $"SELECT {ProofSql.Columns(stream.Schema)}{source}", stream.Schema.Columns.Count);
                while (proof.Next())
                    proof.CopyTo(records, 0, stream.Schema.Columns.Count);
            }
            return records;
        },
        cancellation);

    private static KeyDigests Each(Database database, StreamSchema schema, IEnumerable<string> sources)
    {
        var width = schema.KeyColumns.Count;
        var keys = new RecordBatch(width);
        var digests = new List<ulong>();
        foreach (var source in sources)
        {
            using var proof = new ProofReader(
                database, $"SELECT {ProofSql.KeyColumns(schema)}, {ProofSql.Columns(schema)}{source}",
                width + schema.Columns.Count);
            while (proof.Next())
            {
                proof.CopyTo(keys, 0, width);
                digests.Add(proof.Hash(width));
            }
        }
        return new KeyDigests(keys, digests);
    }
}
