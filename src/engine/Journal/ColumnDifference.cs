namespace Godwit.Engine.Journal;

/// <summary>One column that differs, both values for people, cut short.</summary>
public sealed record ColumnDifference(string Column, string Source, string Target);
