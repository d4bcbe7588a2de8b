using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Core.Changes;

/// <summary>Some records of one stream; the receiver owns the batch.</summary>
public sealed record StreamRecords(ScopedStream Stream, RecordBatch Records);
