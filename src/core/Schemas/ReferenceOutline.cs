namespace Godwit.Core.Schemas;

/// <summary>A foreign key with what happens when its parent goes or changes.</summary>
/// <param name="Key">The foreign key.</param>
/// <param name="OnDelete"><c>NO ACTION</c>, <c>RESTRICT</c>, <c>CASCADE</c>, <c>SET NULL</c> or <c>SET
/// DEFAULT</c>.</param>
/// <param name="OnUpdate">As <paramref name="OnDelete"/>.</param>
public sealed record ReferenceOutline(ForeignKey Key, string OnDelete, string OnUpdate);
