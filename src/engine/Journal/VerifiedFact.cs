namespace Godwit.Engine.Journal;

/// <summary>Units of verification, in the order of the receipt's leaves.</summary>
internal sealed record VerifiedFact(IReadOnlyList<VerifiedUnit> Units);
