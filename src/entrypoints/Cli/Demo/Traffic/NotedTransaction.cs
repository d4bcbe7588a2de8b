using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>What a writer wants to do at once.</summary>
/// <param name="Number">Counts within one note.</param>
/// <param name="Tenant">Whose data.</param>
/// <param name="Place">The shard that the writer found in the route.</param>
/// <param name="Begun">Milliseconds of the machine's clock, the same for all processes.</param>
/// <param name="Writes">Each key once.</param>
internal sealed record NotedTransaction(
    long Number, int Tenant, Shard Place, long Begun, IReadOnlyList<NotedWrite> Writes);
