using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Reads keys as rows: from the snapshot that the server sends a replica, in one piece.</summary>
internal sealed class KeyTableSnapshot(RedisStore inner, KeyReader reader) : ISnapshotSource
{
    public IAsyncEnumerable<Chunk> Split(ScopedStream stream, ChunkSize size, CancellationToken cancellation) =>
        inner.Snapshot.Split(stream, size, cancellation);

    public async ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await inner.Snapshot.Read(stream, range, cancellation).ConfigureAwait(false) switch
        {
            RedisChunkRead snapshot => new SnapshotRows(snapshot),
            var scanned => new ScannedRows(inner.Session, reader, scanned),
        };

    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var position = await inner.Changes.Mark(cancellation).ConfigureAwait(false);
        using var names = reader.Names(keys);
        return await new TouchedRows(inner.Session, reader, stream).Batch(position, names, keys, cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>All rows of a snapshot.</summary>
    internal sealed class SnapshotRows(RedisChunkRead read) : IChunkRead
    {
        private const int MostRecords = 1_000;
        private const long MostBytes = 4 << 20;

        public Visibility Visibility => read.Visibility;

        public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
        {
            var input = read.Open();
            await using var _ = input.ConfigureAwait(false);
            var snapshot = new RdbReader(input, KeyRows.MostBytes);
            var rows = KeyRows.New();
            while (await Next(snapshot, cancellation).ConfigureAwait(false))
            {
                if (!read.Scope.Contains(snapshot.Database, snapshot.Key.Span))
                    continue;
                Append(rows, snapshot);
                if (rows.Count < MostRecords && rows.Size < MostBytes)
                    continue;
                yield return rows;
                rows = KeyRows.New();
            }
            yield return rows;
        }

        public ValueTask DisposeAsync() => read.DisposeAsync();

        private async Task<bool> Next(RdbReader snapshot, CancellationToken cancellation)
        {
            try
            {
                return await snapshot.Read(cancellation).ConfigureAwait(false);
            }
            catch (RdbException broken)
            {
                throw new GodwitException(
                    RedisProblems.BadSnapshot(read.Shown, broken.Position, broken.Message), broken);
            }
            catch (UnknownRdbTypeException unknown)
            {
                throw new GodwitException(
                    RedisProblems.UnknownValue(read.Shown, Printable.Text(unknown.Key), unknown.Type), unknown);
            }
        }

        private void Append(RecordBatch rows, RdbReader snapshot)
        {
            if (snapshot.IsLarge)
                throw KeyRows.TooLarge(read.Shown, snapshot.Key.Span, snapshot.ValueLength);
            try
            {
                KeyRows.Append(
                    rows, read.Shown, snapshot.Key.Span, snapshot.Type, snapshot.Value.Span,
                    snapshot.ExpiresAtMs ?? -1, snapshot.IsValkey);
            }
            catch (RdbException broken)
            {
                throw new GodwitException(
                    RedisProblems.BadSnapshot(read.Shown, snapshot.ValueStart, broken.Message), broken);
            }
        }
    }

    /// <summary>The rows of a server that nobody follows yet, as it tells its keys: to be looked at.</summary>
    private sealed class ScannedRows(RedisSession session, KeyReader reader, IChunkRead scanned) : IChunkRead
    {
        public Visibility Visibility => scanned.Visibility;

        public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
        {
            await foreach (var (database, found) in new ScopeSweep(session).Walk(null, cancellation)
                .ConfigureAwait(false))
            {
                using var names = session.Scope.NewKeys();
                foreach (var name in found)
                {
                    session.Scope.Append(names, database, name);
                    names.EndRecord();
                }
                await foreach (var rows in reader.Rows(names, cancellation).ConfigureAwait(false))
                    yield return rows;
            }
        }

        public ValueTask DisposeAsync() => scanned.DisposeAsync();
    }
}
