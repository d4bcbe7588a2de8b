using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>One move with its streams, parents first, and their chunks in key order.</summary>
public sealed record MovePlan(
    string From, string To, IReadOnlyList<ScopedStream> Streams, IReadOnlyList<Chunk> Chunks);
