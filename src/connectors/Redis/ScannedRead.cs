using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Some of the keys of a server as SCAN and DUMP give them, without the largest: for estimates, not for
/// copies.</summary>
internal sealed class ScannedRead(RedisSession session, ScopeSweep sweep) : IChunkRead
{
    private const int PerBatch = 128;

    public Visibility Visibility { get; } = Visibility.UpTo(default);

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (database, names) in sweep.Walk(null, cancellation).ConfigureAwait(false))
        {
            foreach (var some in names.Chunk(PerBatch))
            {
                using var keys = session.Scope.NewKeys();
                foreach (var name in some)
                {
                    session.Scope.Append(keys, database, name);
                    keys.EndRecord();
                }
                var connection = await session.At(database, cancellation).ConfigureAwait(false);
                var dumps = new ValueDumps(connection, session.Facts, session.Scope, keys);
                var small = await dumps.Small(
                    [.. Enumerable.Range(0, keys.Count)], [], cancellation).ConfigureAwait(false);
                yield return Batch(keys, await dumps.Read(small, cancellation).ConfigureAwait(false));
            }
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RecordBatch Batch(RecordBatch keys, List<(int At, byte[] Payload, long Expires)> values)
    {
        var batch = new RecordBatch(keys.ColumnCount + 3);
        foreach (var (at, payload, _) in values)
        {
            session.Scope.Append(batch, session.Scope.DatabaseAt(keys, at), session.Scope.NameAt(keys, at));
            batch.AppendNull();
            batch.AppendBytes(payload);
            batch.AppendNull();
            batch.EndRecord();
        }
        return batch;
    }
}
