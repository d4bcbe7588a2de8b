namespace Godwit.Core.Records;

/// <summary>Judges whether a column gives a value back as it is: of the same kind, with the same bytes.</summary>
/// <returns>Null when it does; otherwise why not, for people, without a full stop.</returns>
public delegate string? ValueFit(RecordBatch batch, int record, int column);
