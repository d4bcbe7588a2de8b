namespace Godwit.Core.Schemas;

/// <summary>What else is defined for one column.</summary>
/// <param name="Name">The column.</param>
/// <param name="Default">A number, a text in single quotes, <c>NULL</c> or <c>CURRENT_TIMESTAMP</c>; null for
/// none.</param>
/// <param name="Counter">Name of the counter that fills it, as <see cref="Stores.Counter.Name"/>; null for
/// none.</param>
public sealed record ColumnOutline(string Name, string? Default, string? Counter);
