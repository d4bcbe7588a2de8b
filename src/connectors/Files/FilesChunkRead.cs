using System.Runtime.CompilerServices;
using Godwit.Connectors.Files.Reading;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>One range of a tree while it is being read.</summary>
internal sealed class FilesChunkRead(
    TreeWalk walk, HardLinks links, TreeContents contents, Visibility visibility) : IChunkRead
{
    private const int MostRecords = 256;
    private const int MostBytes = 1 << 20;

    public Visibility Visibility { get; } = visibility;

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var batch = await Task.Run(Fill, cancellation).ConfigureAwait(false);
            if (batch.Count == 0)
            {
                batch.Dispose();
                yield break;
            }
            yield return batch;
        }
    }

    public ValueTask DisposeAsync()
    {
        walk.Dispose();
        contents.Dispose();
        return ValueTask.CompletedTask;
    }

    private RecordBatch Fill()
    {
        var batch = new RecordBatch(FilesSchema.Columns.Count) { Content = contents };
        while (batch.Count < MostRecords && batch.Size < MostBytes && walk.Next())
            EntryReader.Append(batch, links, walk.Directory, walk.Name, walk.Path, walk.Status);
        return batch;
    }
}
