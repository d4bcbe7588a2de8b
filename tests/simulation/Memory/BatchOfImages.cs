using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>Makes a <see cref="ChangeBatch"/> of images, each key once.</summary>
internal static class BatchOfImages
{
    internal static ChangeBatch Make(
        Position reached, DateTimeOffset? oldest, IReadOnlyList<Image> images, int recordsPerBatch)
    {
        var streams = images.GroupBy(one => one.Stream).OrderBy(one => one.Key.Number).ToList();
        var (read, over) = (false, false);
        return new ChangeBatch(
            reached,
            [.. streams.Select(one => Touched(one.Key, [.. one]))],
            cancellation =>
            {
                if (read || over)
                    throw new InvalidOperationException("The records of a batch are read once, before it is disposed.");
                read = true;
                return Current(streams, recordsPerBatch, () => over, cancellation);
            },
            () =>
            {
                over = true;
                return ValueTask.CompletedTask;
            })
        { Oldest = oldest };
    }

    private static TouchedKeys Touched(ScopedStream stream, List<Image> images)
    {
        var keys = new RecordBatch(stream.Schema.KeyColumns.Count);
        foreach (var image in images)
            image.Key.AppendTo(keys);
        var transactions = images.TrueForAll(one => one.Transaction is not null)
            ? images.ConvertAll(one => one.Transaction!.Value)
            : null;
        return new TouchedKeys(stream, keys, images.ConvertAll(one => one.Row is null), transactions);
    }

    private static async IAsyncEnumerable<StreamRecords> Current(
        List<IGrouping<ScopedStream, Image>> streams, int recordsPerBatch, Func<bool> over,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var stream in streams)
        {
            foreach (var part in stream.Where(one => one.Row is not null).Chunk(recordsPerBatch))
            {
                await Task.Yield();
                cancellation.ThrowIfCancellationRequested();
                if (over())
                    throw new InvalidOperationException("The batch was disposed while its records were read.");
                var records = new RecordBatch(stream.Key.Schema.Columns.Count);
                foreach (var image in part)
                    image.Row!.AppendTo(records);
                yield return new StreamRecords(stream.Key, records);
            }
        }
        cancellation.ThrowIfCancellationRequested();
    }
}
