using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Following;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Tells which keys commands touched, with what they hold now.</summary>
internal sealed class KeyTableChanges(RedisStore inner, KeyReader reader) : IChangeSource
{
    private ScopedStream? _stream;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        _stream = streams[0];
        return inner.Changes.Prepare(streams, cancellation);
    }

    public ValueTask<Position> Mark(CancellationToken cancellation) => inner.Changes.Mark(cancellation);

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        if (await inner.Changes.Next(after, patience, cancellation).ConfigureAwait(false) is not { } operations)
            return null;
        await using var _ = operations.ConfigureAwait(false);
        if (operations.Native is RedisOperations { Snapshot: { } snapshot })
            return Anew(operations.Reached, snapshot);
        using var none = inner.Session.Scope.NewKeys();
        var names = operations.Touched is [var touched] ? touched.Keys : none;
        var batch = await new TouchedRows(inner.Session, reader, Stream())
            .Batch(operations.Reached, names, also: null, cancellation).ConfigureAwait(false);
        return operations.Emptied.Count == 0 ? batch : Emptied(batch);
    }

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation) =>
        inner.Changes.Acknowledge(durable, cancellation);

    public Task Remove(CancellationToken cancellation) => inner.Changes.Remove(cancellation);

    private ScopedStream Stream() => _stream
        ?? throw new InvalidOperationException("Changes are told of streams that were prepared.");

    private ChangeBatch Emptied(ChangeBatch batch) => new(
        batch.Reached, batch.Touched, batch.Current, batch.DisposeAsync) { Emptied = [Stream()] };

    /// <summary>The server has begun a new history: all rows give way to those of its snapshot.</summary>
    private ChangeBatch Anew(Position reached, RedisChunkRead snapshot)
    {
        var rows = new KeyTableSnapshot.SnapshotRows(snapshot);
        return new ChangeBatch(
            reached, [new TouchedKeys(Stream(), new RecordBatch(1), [])], token => All(rows, token), rows.DisposeAsync)
        {
            Emptied = [Stream()],
        };
    }

    private async IAsyncEnumerable<StreamRecords> All(
        KeyTableSnapshot.SnapshotRows rows, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in rows.Batches(cancellation).ConfigureAwait(false))
            yield return new StreamRecords(Stream(), batch);
    }
}
