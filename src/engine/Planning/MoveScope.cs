namespace Godwit.Engine.Planning;

/// <summary>One move as <c>check</c> shows it.</summary>
public sealed record MoveScope(string From, string To, IReadOnlyList<StreamScope> Streams);
