using Godwit.Core.Routes;

namespace Godwit.Tests.Simulation;

/// <summary>Looks at both sides in the very moment in which traffic goes over: they must be equal then, not
/// later.</summary>
internal sealed class AuditedRoute(IRoute route, Action audit) : IRoute
{
    public ValueTask<RouteEntry?> Read(CancellationToken cancellation) => route.Read(cancellation);

    public ValueTask Switch(RouteEntry entry, CancellationToken cancellation)
    {
        audit();
        return route.Switch(entry, cancellation);
    }

    public ValueTask RunHook(RouteEntry entry, CancellationToken cancellation) =>
        route.RunHook(entry, cancellation);
}
