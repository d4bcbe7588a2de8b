using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryFence(MemoryDatabase database, string mark) : IFence
{
    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        database.Fences.TryAdd(mark, new FenceState(streams));
        return Task.CompletedTask;
    }

    public Task Raise(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!database.Fences.TryGetValue(mark, out var fence))
            throw new InvalidOperationException($"No fence was prepared at {database.Address}.");
        fence.IsUp = true;
        return database.UntilWritersAreDone(cancellation);
    }

    public Task Lower(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (database.Fences.TryGetValue(mark, out var fence))
            fence.IsUp = false;
        return Task.CompletedTask;
    }

    public Task<ChangeBatch?> LateWrites(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<ChangeBatch?>(null);
    }

    public Task Remove(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        database.Fences.Remove(mark);
        return Task.CompletedTask;
    }
}
