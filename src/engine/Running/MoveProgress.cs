namespace Godwit.Engine.Running;

/// <summary>One move of a <see cref="MigrationProgress"/>.</summary>
/// <param name="From">For people.</param>
/// <param name="To">For people.</param>
/// <param name="Streams">In plan order.</param>
/// <param name="Lag">Time between a commit at the source and its apply; null before following.</param>
/// <param name="ChangesApplied">Keys applied by this run.</param>
/// <param name="LateWrites">Writes that came to a fenced side and were taken over.</param>
public sealed record MoveProgress(
    string From, string To, IReadOnlyList<StreamProgress> Streams, TimeSpan? Lag, long ChangesApplied, long LateWrites);
