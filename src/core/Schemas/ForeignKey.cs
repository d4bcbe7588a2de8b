namespace Godwit.Core.Schemas;

/// <summary>Columns of one stream that name a record of another.</summary>
/// <param name="Columns">In this stream, in the order of <paramref name="ParentColumns"/>.</param>
/// <param name="Parent">Name of the stream that is referred to.</param>
/// <param name="ParentColumns">In the parent.</param>
public sealed record ForeignKey(IReadOnlyList<string> Columns, string Parent, IReadOnlyList<string> ParentColumns);
