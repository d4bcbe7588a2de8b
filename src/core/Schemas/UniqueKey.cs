namespace Godwit.Core.Schemas;

/// <summary>Columns whose values together are unique within a stream, besides its key.</summary>
/// <param name="Name">The index or constraint.</param>
/// <param name="Columns">Empty when it is over expressions.</param>
public sealed record UniqueKey(string Name, IReadOnlyList<string> Columns);
