using Godwit.Core.Changes;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Lets records through that one side will give back as they are.</summary>
/// <param name="store">Where they go.</param>
/// <param name="stream">As that side says it.</param>
internal sealed class Fitting(IStore store, ScopedStream stream)
{
    private readonly ValueFit[] _columns = [.. stream.Schema.Columns.Select(store.Dialect!.Fit)];

    /// <summary>All values that would not come back as they are.</summary>
    internal async Task<IReadOnlyList<Misfit>> In(RecordBatch batch, CancellationToken cancellation)
    {
        var found = new List<Misfit>();
        for (var column = 0; column < _columns.Length; column++)
        {
            for (var i = 0; i < batch.Count; i++)
            {
                if (_columns[column](batch, i, column) is { } why)
                    found.Add(new Misfit(i, column, why));
            }
        }
        found.AddRange(await store.Dialect!.Try(stream.Schema, batch, cancellation).ConfigureAwait(false));
        return found;
    }

    /// <exception cref="GodwitException">A value does not fit; says which.</exception>
    internal async Task Ensure(RecordBatch batch, CancellationToken cancellation)
    {
        if ((await In(batch, cancellation).ConfigureAwait(false)) is [var first, ..])
        {
            throw new GodwitException(TranslationProblems.DoesNotFit(
                store.Address, stream.Schema, Key.Of(batch, first.Record, [.. stream.Schema.KeyColumns]),
                first, Key.Show(batch, first.Record, first.Column)));
        }
    }

    /// <summary>Whether a key can be there at all.</summary>
    internal bool Has(RecordBatch keys, int record)
    {
        var at = 0;
        return stream.Schema.KeyColumns.All(column => _columns[column](keys, record, at++) is null);
    }

    /// <summary>Touched keys as this side can understand them. One that cannot be there and is gone is not missed; one
    /// that cannot be there and has a record stops when that comes.</summary>
    internal TouchedKeys Said(TouchedKeys touched)
    {
        var fit = Enumerable.Range(0, touched.Keys.Count).Where(i => Has(touched.Keys, i)).ToList();
        if (fit.Count == touched.Keys.Count)
            return touched with { Stream = stream };
        return new TouchedKeys(
            stream, Only(touched.Keys, fit), [.. fit.Select(i => touched.Gone[i])],
            touched.Transactions is { } all ? [.. fit.Select(i => all[i])] : null);
    }

    /// <summary>The keys that can be there; the caller owns the batch when it is another one.</summary>
    internal RecordBatch Only(RecordBatch keys)
    {
        var fit = Enumerable.Range(0, keys.Count).Where(i => Has(keys, i)).ToList();
        return fit.Count == keys.Count ? keys : Only(keys, fit);
    }

    private static RecordBatch Only(RecordBatch keys, List<int> which)
    {
        var some = new RecordBatch(keys.ColumnCount);
        foreach (var i in which)
            Key.Of(keys, i).AppendTo(some);
        return some;
    }
}
