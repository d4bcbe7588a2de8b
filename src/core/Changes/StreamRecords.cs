using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Changes;

/// <summary>Some records of one stream; the receiver owns the batch.</summary>
/// <param name="Stream">Whose records.</param>
/// <param name="Records">Their values.</param>
/// <param name="Columns">
/// Which columns of the stream the values belong to, in their order. Null: all of them. Otherwise the others have not
/// changed since the target was told of them, and the key's columns are among those that are here. Only sources that
/// know their target to understand it tell records in part; where the target lacks the record, see
/// <see cref="ChangeBatch.Whole"/>.
/// </param>
public sealed record StreamRecords(ScopedStream Stream, RecordBatch Records, IReadOnlyList<int>? Columns = null);
