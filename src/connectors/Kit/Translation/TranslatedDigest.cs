using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Proves what is there, of streams that are said in the source's words.</summary>
/// <remarks>Both families make the canonical digest of values, and values are the same at both sides.</remarks>
internal sealed class TranslatedDigest(IStore inner, Phrasebook words) : IDigest
{
    public async Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await inner.Digest.Digest(await words.There(stream, cancellation).ConfigureAwait(false), range, cancellation)
            .ConfigureAwait(false);

    public async Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        await inner.Digest.List(await words.There(stream, cancellation).ConfigureAwait(false), range, cancellation)
            .ConfigureAwait(false);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        Ask(stream, keys, (there, some) => inner.Digest.ListKeys(there, some, cancellation), cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        Ask(stream, keys, (there, some) => inner.Digest.Show(there, some, cancellation), cancellation);

    // A key that cannot be there has no record there, and need not be asked for.
    private async Task<T> Ask<T>(
        ScopedStream stream, RecordBatch keys, Func<ScopedStream, RecordBatch, Task<T>> ask,
        CancellationToken cancellation)
    {
        var there = await words.There(stream, cancellation).ConfigureAwait(false);
        var some = new Fitting(inner, there).Only(keys);
        try
        {
            return await ask(there, some).ConfigureAwait(false);
        }
        finally
        {
            if (some != keys)
                some.Dispose();
        }
    }
}
