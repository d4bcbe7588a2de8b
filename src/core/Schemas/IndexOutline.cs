namespace Godwit.Core.Schemas;

/// <summary>An index over plain columns, besides the key's own.</summary>
public sealed record IndexOutline(string Name, bool IsUnique, IReadOnlyList<string> Columns);
