using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileFence(IStore store, Life life, Hostility hostility) : IFence
{
    private readonly string _name = $"{store.Address} fence";

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} prepare", () => store.Fence.Prepare(streams, cancellation), cancellation);

    public Task Raise(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} raise", () => store.Fence.Raise(cancellation), cancellation);

    public Task Confirm(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} confirm", () => store.Fence.Confirm(cancellation), cancellation);

    public Task Lower(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} lower", () => store.Fence.Lower(cancellation), cancellation);

    /// <remarks>Does not fail after its effect: what was told is told once.</remarks>
    public async Task<ChangeBatch?> LateWrites(CancellationToken cancellation)
    {
        await hostility.Before(life, $"{_name} late writes", cancellation);
        return await store.Fence.LateWrites(cancellation);
    }

    public Task Remove(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} remove", () => store.Fence.Remove(cancellation), cancellation);
}
