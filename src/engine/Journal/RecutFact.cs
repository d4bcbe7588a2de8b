namespace Godwit.Engine.Journal;

/// <summary>A store spread over several servers has moved what it holds among them: the moves by now. The first ones
/// are those that were there before, with what is left of them; the others are copied from the beginning.</summary>
internal sealed record RecutFact(IReadOnlyList<PlannedMove> Moves);
