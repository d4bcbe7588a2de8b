namespace Godwit.Engine.Journal;

/// <summary>One move of the plan. The scopes are journalled so that a changed schema is noticed on going on.</summary>
internal sealed record PlannedMove(string From, string To, IReadOnlyList<PlannedStream> Streams);
