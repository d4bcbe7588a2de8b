using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>What a store holds.</summary>
/// <param name="Streams">In the store's order.</param>
/// <param name="Unsupported">Streams that cannot be moved, by name, each with the problem to raise unless it is
/// excluded.</param>
public sealed record Catalog(IReadOnlyList<StreamSchema> Streams, IReadOnlyDictionary<string, Problem> Unsupported);
