using System.Text.Json;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>Looks up where a tenant's data is, as any application would: by reading the file before each
/// write.</summary>
internal sealed class RouteReader(string path, Tenant tenant, string address)
{
    /// <summary>A tenant without an entry has not moved.</summary>
    public Shard Where()
    {
        using var routes = JsonDocument.Parse(File.ReadAllBytes(path));
        return routes.RootElement.TryGetProperty(tenant.Folder, out var entry)
            && entry.GetProperty("places").TryGetProperty(address, out var place)
            && place.GetString() != address
                ? Shard.B
                : Shard.A;
    }
}
