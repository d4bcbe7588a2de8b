namespace Godwit.Connectors.Redis.Following;

/// <summary>Operations that were read from a journal and not told yet.</summary>
/// <param name="Operations">The operations.</param>
/// <param name="Touched">The keys that they touch.</param>
/// <param name="End">Where it stands behind them.</param>
internal sealed record BuiltOperations(RedisOperations Operations, TouchedNames Touched, FollowedPlace End);
