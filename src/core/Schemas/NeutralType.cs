namespace Godwit.Core.Schemas;

/// <summary>A column's type without the words of its store.</summary>
/// <param name="Kind">What it is for.</param>
/// <param name="Bits">For integers and reals how wide they are; 0 for all others.</param>
public readonly record struct NeutralType(NeutralKind Kind, int Bits = 0);
