namespace Godwit.Connectors.Sqlite.Schema;

/// <summary>One part of an index: a column, the row number, or an expression.</summary>
/// <param name="Column">Its name; null for an expression and for the row number.</param>
/// <param name="Expression">As written, without the direction; null for a column.</param>
/// <param name="Collation">What compares its text.</param>
internal sealed record IndexTerm(string? Column, string? Expression, string Collation);
