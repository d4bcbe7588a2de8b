namespace Godwit.Cli.State;

/// <summary>What is moved as if it were a move of its own: a part of a move of the file, or all of it.</summary>
/// <param name="Move">Which move of the file, from 0.</param>
/// <param name="Options">The options that both addresses get; null when it is all of the move.</param>
internal sealed record MovePart(int Move, string? Options);
