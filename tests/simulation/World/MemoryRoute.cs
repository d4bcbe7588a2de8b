using Godwit.Core.Routes;

namespace Godwit.Tests.Simulation;

/// <summary>A route in memory; survives every life. Applications look here where their data is.</summary>
public sealed class MemoryRoute : IRoute
{
    private readonly List<RouteEntry> _switches = [];

    /// <summary>All switches, in order.</summary>
    public IReadOnlyList<RouteEntry> Switches => _switches;

    public int HookRuns { get; private set; }

    /// <summary>Which of the addresses holds the data of an address now; itself before the first switch.</summary>
    public string Resolve(string address) =>
        _switches.Count > 0 && _switches[^1].Places.TryGetValue(address, out var place) ? place : address;

    public ValueTask<RouteEntry?> Read(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_switches.LastOrDefault());
    }

    public ValueTask Switch(RouteEntry entry, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (_switches.Count > 0 && entry.Epoch < _switches[^1].Epoch)
            throw new InvalidOperationException($"Epoch {entry.Epoch} after {_switches[^1].Epoch}.");
        _switches.Add(entry);
        return ValueTask.CompletedTask;
    }

    public ValueTask RunHook(RouteEntry entry, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        HookRuns++;
        return ValueTask.CompletedTask;
    }
}
