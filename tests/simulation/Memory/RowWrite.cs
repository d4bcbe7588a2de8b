using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>One write of a transaction: the row that the key has afterwards, or null when it has none.</summary>
public sealed record RowWrite(string Table, Key Key, Row? Row)
{
    public override string ToString() => $"{Table}[{Key}] = {Row?.ToString() ?? "gone"}";
}
