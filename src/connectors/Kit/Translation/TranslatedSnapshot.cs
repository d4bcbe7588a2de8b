using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Reads what is, in the source's words and only with values that the source can take.</summary>
internal sealed class TranslatedSnapshot(IStore source, IStore inner, Phrasebook words) : ISnapshotSource
{
    private readonly BatchTranslation _batches = new(source);

    public async IAsyncEnumerable<Chunk> Split(
        ScopedStream stream, ChunkSize size, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var there = await words.There(stream, cancellation).ConfigureAwait(false);
        await foreach (var chunk in inner.Snapshot.Split(there, size, cancellation).ConfigureAwait(false))
            yield return chunk;
    }

    public async ValueTask<IChunkRead> Read(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await inner.Snapshot
            .Read(await words.There(stream, cancellation).ConfigureAwait(false), range, cancellation)
            .ConfigureAwait(false);

    public async ValueTask<ChangeBatch> ReadKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var there = await words.There(stream, cancellation).ConfigureAwait(false);
        var batch = await inner.Snapshot.ReadKeys(there, keys, cancellation).ConfigureAwait(false);
        return _batches.Say(batch, words.Back, isOwned: true);
    }
}
