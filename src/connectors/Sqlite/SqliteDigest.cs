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
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) => readers.Read(
        database =>
        {
            var sum = default(RangeDigest);
            using var proof = new ProofReader(
                database, $"SELECT {ProofSql.Columns(stream.Schema)}{ProofSql.Source(stream, range)}", stream.Schema.Columns.Count);
            while (proof.Next())
                sum = sum.Add(proof.Hash(0));
            return sum;
        },
        cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) => readers.Read(
        database =>
        {
            var list = new Listing(stream.Schema);
            list.Add(database, ProofSql.Source(stream, range));
            return list.Done();
        },
        cancellation);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) => readers.Read(
        database =>
        {
            var list = new Listing(stream.Schema);
            var source = ProofSql.Source(stream, KeyRange.All);
            for (var i = 0; i < keys.Count; i++)
            {
                var joint = stream.Kind == ScopeKind.Everything ? "WHERE" : "AND";
                list.Add(database, $"{source} {joint} {ProofSql.KeyIs(stream.Schema, keys, i)}");
            }
            return list.Done();
        },
        cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) => readers.Read(
        database =>
        {
            var records = new RecordBatch(stream.Schema.Columns.Count);
            var source = ProofSql.Source(stream, KeyRange.All);
            for (var i = 0; i < keys.Count; i++)
            {
                var joint = stream.Kind == ScopeKind.Everything ? "WHERE" : "AND";
                using var proof = new ProofReader(
                    database,
                    $"SELECT {ProofSql.Columns(stream.Schema)}{source} {joint} {ProofSql.KeyIs(stream.Schema, keys, i)}",
                    stream.Schema.Columns.Count);
                while (proof.Next())
                    proof.CopyTo(records, 0, stream.Schema.Columns.Count);
            }
            return records;
        },
        cancellation);

    private sealed class Listing(StreamSchema schema)
    {
        private readonly RecordBatch _keys = new(schema.KeyColumns.Count);
        private readonly List<ulong> _digests = [];

        internal void Add(Database database, string source)
        {
            var width = schema.KeyColumns.Count;
            using var proof = new ProofReader(
                database, $"SELECT {ProofSql.KeyColumns(schema)}, {ProofSql.Columns(schema)}{source}", width + schema.Columns.Count);
            while (proof.Next())
            {
                proof.CopyTo(_keys, 0, width);
                _digests.Add(proof.Hash(width));
            }
        }

        internal KeyDigests Done() => new(_keys, _digests);
    }
}
