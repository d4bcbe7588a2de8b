using System.Runtime.CompilerServices;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Says batches of changes in other words, and lets only values through that fit where they go.</summary>
/// <param name="to">Where they go.</param>
internal sealed class BatchTranslation(IStore to)
{
    private readonly Dictionary<ScopedStream, Fitting> _fittings = [];

    /// <param name="batch">Stays the caller's, unless <paramref name="isOwned"/>.</param>
    /// <param name="said">The batch's streams as the other side says them.</param>
    /// <param name="isOwned">Whether disposing the result disposes the batch.</param>
    internal ChangeBatch Say(ChangeBatch batch, Func<ScopedStream, ScopedStream> said, bool isOwned) => new(
        batch.Reached,
        [.. batch.Touched.Select(one => Of(said(one.Stream)).Said(one))],
        cancellation => Current(batch, said, cancellation),
        isOwned ? batch.DisposeAsync : null)
    {
        Oldest = batch.Oldest,
        Emptied = [.. batch.Emptied.Select(said)],
    };

    private async IAsyncEnumerable<StreamRecords> Current(
        ChangeBatch batch, Func<ScopedStream, ScopedStream> said,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var part in batch.Current(cancellation).ConfigureAwait(false))
        {
            var stream = said(part.Stream);
            var isFit = false;
            try
            {
                await Of(stream).Ensure(part.Records, cancellation).ConfigureAwait(false);
                isFit = true;
            }
            finally
            {
                if (!isFit)
                    part.Records.Dispose();
            }
            yield return new StreamRecords(stream, part.Records);
        }
    }

    private Fitting Of(ScopedStream stream)
    {
        if (!_fittings.TryGetValue(stream, out var fitting))
            _fittings.Add(stream, fitting = new Fitting(to, stream));
        return fitting;
    }
}
