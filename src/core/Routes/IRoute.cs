namespace Godwit.Core.Routes;

/// <summary>The place where an application looks up where its data is.</summary>
public interface IRoute
{
    /// <summary>The entry as it stands; null when there is none yet.</summary>
    ValueTask<RouteEntry?> Read(CancellationToken cancellation);

    /// <summary>Replaces the entry atomically and durably; readers see the old one or the new one.</summary>
    ValueTask Switch(RouteEntry entry, CancellationToken cancellation);

    /// <summary>Runs the user's hook after a switch, when there is one.</summary>
    /// <exception cref="Problems.GodwitException">The hook failed.</exception>
    ValueTask RunHook(RouteEntry entry, CancellationToken cancellation);
}
