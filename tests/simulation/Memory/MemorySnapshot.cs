using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemorySnapshot(MemoryDatabase database) : ISnapshotSource
{
    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        await Task.CompletedTask;
        var state = database.View().State;
        var keys = state.Table(stream.Schema.Name)
            .Where(one => ScopeRule.Includes(stream, one.Value, state))
            .Select(one => one.Key)
            .ToList();
        var most = (int)Math.Max(1, size.Records);
        Key? from = null;
        for (var index = 0; index * most < Math.Max(1, keys.Count); index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var to = (index + 1) * most < keys.Count ? keys[(index + 1) * most] : null;
            var records = Math.Min(most, keys.Count - (index * most));
            yield return new Chunk(stream.Number, index, new KeyRange(from, to), records, records * 64L);
            from = to;
        }
    }

    public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var view = database.View();
        var rows = view.State.Table(stream.Schema.Name)
            .Where(one => database.Order.Contains(range, one.Key) && ScopeRule.Includes(stream, one.Value, view.State))
            .Select(one => one.Value);
        return ValueTask.FromResult<IChunkRead>(
            new MemoryChunkRead(stream, view.Visibility, rows, database.Settings.RecordsPerBatch));
    }

    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var wanted = Enumerable.Range(0, keys.Count).Select(at => Key.Of(keys, at)).Distinct().ToList();

        // The present position includes what is in the log but not yet seen: only after it is seen, the records are
        // as new.
        await database.UntilVisible(cancellation);
        var view = database.View();
        var images = wanted.Select(key => new Image(stream, key, Find(stream, key, view.State), null));
        return BatchOfImages.Make(database.End, null, [.. images], database.Settings.RecordsPerBatch);
    }

    private static Row? Find(ScopedStream stream, Key key, MemoryState state) =>
        state.Find(stream.Schema.Name, key) is { } row && ScopeRule.Includes(stream, row, state) ? row : null;
}
