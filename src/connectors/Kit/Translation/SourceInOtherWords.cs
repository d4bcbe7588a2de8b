using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>The source's records for a target that asks for them in its own words, to find collisions.</summary>
internal sealed class SourceInOtherWords(ISnapshotSource source, Phrasebook words) : ISnapshotSource
{
    public IAsyncEnumerable<Chunk> Split(ScopedStream stream, ChunkSize size, CancellationToken cancellation) =>
        source.Split(words.Back(stream), size, cancellation);

    public ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        source.Read(words.Back(stream), range, cancellation);

    public ValueTask<ChangeBatch> ReadKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        source.ReadKeys(words.Back(stream), keys, cancellation);
}
