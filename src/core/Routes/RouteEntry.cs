namespace Godwit.Core.Routes;

/// <summary>Where the traffic of one tenant (or of everything) goes.</summary>
/// <param name="Epoch">Counts the switches; only ever grows.</param>
/// <param name="Places">For each address that a migration names as "from": the address that holds the data now.</param>
public sealed record RouteEntry(long Epoch, IReadOnlyDictionary<string, string> Places);
