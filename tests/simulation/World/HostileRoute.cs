using Godwit.Core.Routes;

namespace Godwit.Tests.Simulation;

/// <summary>A route as one life sees it: a switch may fail before or after it happened.</summary>
public sealed class HostileRoute(IRoute route, Life life, Hostility hostility) : IRoute
{
    public async ValueTask<RouteEntry?> Read(CancellationToken cancellation) =>
        await hostility.Do(life, "route read", () => route.Read(cancellation).AsTask(), cancellation);

    public async ValueTask Switch(RouteEntry entry, CancellationToken cancellation) =>
        await hostility.Do(
            life, $"route switch to {entry.Epoch}", () => route.Switch(entry, cancellation).AsTask(), cancellation);

    public async ValueTask RunHook(RouteEntry entry, CancellationToken cancellation) =>
        await hostility.Do(
            life, $"route hook {entry.Epoch}", () => route.RunHook(entry, cancellation).AsTask(), cancellation);
}
