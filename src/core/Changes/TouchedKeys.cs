using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Changes;

/// <summary>Keys of one stream that were written to, each once.</summary>
/// <param name="Stream">Whose keys.</param>
/// <param name="Keys">Key columns only, in key order of the schema.</param>
/// <param name="Gone">For each key whether no record in scope has it any more.</param>
/// <param name="Transactions">
/// For sources with after-images: for each key the last transaction that wrote it, for the handover rule. Null for
/// sources that tell only which key was touched: their records are read now and can never be older than a chunk's.
/// </param>
public sealed record TouchedKeys(
    ScopedStream Stream, RecordBatch Keys, IReadOnlyList<bool> Gone, IReadOnlyList<ulong>? Transactions = null)
{
    /// <summary>For each key whether the source had a record of it where the batch begins, by what its log tells: the
    /// first change was an update or a delete. Null when the source does not tell.</summary>
    public IReadOnlyList<bool>? Expected { get; init; }

    /// <summary>The keys that no record in scope has any more; the caller owns the batch.</summary>
    public RecordBatch OnlyGone()
    {
        var gone = new RecordBatch(Keys.ColumnCount);
        for (var i = 0; i < Gone.Count; i++)
        {
            if (Gone[i])
                Key.Of(Keys, i).AppendTo(gone);
        }
        return gone;
    }
}
