using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>The two opened stores of one move. Whoever opened them disposes them.</summary>
public sealed record MovePorts(MoveDefinition Definition, IStore From, IStore To);
