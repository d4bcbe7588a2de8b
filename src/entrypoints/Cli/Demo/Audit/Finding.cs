using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Audit;

/// <summary>Something that is not as it must be.</summary>
/// <param name="Kind">What it counts as.</param>
/// <param name="Where">The shard; null when it is about the writers' own observations.</param>
/// <param name="What">Stream, key and what was expected and found.</param>
internal sealed record Finding(FindingKind Kind, Shard? Where, string What);
