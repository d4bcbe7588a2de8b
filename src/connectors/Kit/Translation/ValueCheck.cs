using System.Globalization;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Looks for records of a source with values that the target would not give back as they are.</summary>
/// <remarks>Bounded: of a larger stream the first part is looked at. What it misses stops the copy, with the
/// key.</remarks>
internal sealed class ValueCheck(IStore target, ScopedStream stream, ScopedStream there)
{
    private const long MostBytes = 256L << 20;
    private const int Shown = 3;

    private readonly SortedDictionary<int, (long Count, List<string> Examples, string Why)> _found = [];

    internal async Task<IReadOnlyList<Problem>> Run(ISnapshotSource source, CancellationToken cancellation)
    {
        var fitting = new Fitting(target, there);
        long bytes = 0, records = 0;
        var isWhole = true;
        var read = await source.Read(stream, KeyRange.All, cancellation).ConfigureAwait(false);
        await using var _ = read.ConfigureAwait(false);
        await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
        {
            using (batch)
            {
                isWhole = bytes < MostBytes;
                if (!isWhole)
                    break;
                foreach (var misfit in await fitting.In(batch, cancellation).ConfigureAwait(false))
                    Note(batch, misfit);
                (bytes, records) = (bytes + batch.Size, records + batch.Count);
            }
        }
        return [.. Problems(), .. isWhole ? [] : Partly(records)];
    }

    private IEnumerable<Problem> Problems() => _found.Select(one => TranslationProblems.DoNotFit(
        target.Address, stream.Schema, stream.Schema.Columns[one.Key],
        there.Schema.Columns[one.Key], one.Value.Count, one.Value.Examples, one.Value.Why));

    private Problem[] Partly(long records) => [TranslationProblems.PartlyLookedAt(stream.Schema.Name, records)];

    private void Note(RecordBatch batch, Misfit misfit)
    {
        var (count, examples, why) = _found.GetValueOrDefault(misfit.Column, (0, [], misfit.Why));
        if (examples.Count < Shown)
        {
            var key = Key.Of(batch, misfit.Record, [.. stream.Schema.KeyColumns]);
            examples.Add(string.Create(
                CultureInfo.InvariantCulture, $"{Key.Show(batch, misfit.Record, misfit.Column)} at key {key}"));
        }
        _found[misfit.Column] = (count + 1, examples, why);
    }
}
