using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class HostileChanges(IStore store, Life life, Hostility hostility, Func<Position?> destination)
    : IChangeSource
{
    private readonly string _name = $"{store.Address} changes";
    private Position? _acknowledged;
    private Position? _told;

    public Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} prepare", () => store.Changes.Prepare(streams, cancellation), cancellation);

    public async ValueTask<Position> Mark(CancellationToken cancellation) =>
        await hostility.Do(
            life, $"{_name} mark", () => store.Changes.Mark(cancellation).AsTask(), cancellation);

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        var mayBeAhead = _told == after && store.Abilities.AheadFrom is not null;
        if (destination() is { } there && there != after && !mayBeAhead)
            throw new InvalidOperationException($"{_name} are asked for after {after}; the destination is at {there}.");

        // From the last acknowledged position on, a source may tell everything again; while nothing is under way that
        // may be acknowledged meanwhile.
        var from = !mayBeAhead && _acknowledged is { } safe && safe < after && hostility.Repeats() ? safe : after;
        var batch = await hostility.Do(
            life,
            $"{_name} after {from}",
            async () => await store.Changes.Next(from, patience, cancellation) is { } next
                ? HostileBatch.Around(next, after, _name, life, hostility)
                : null,
            cancellation);
        if (batch is null || batch.Reached > after)
        {
            _told = batch?.Reached ?? after;
            return batch;
        }
        await batch.DisposeAsync(); // Only what was told before, and nothing new.
        return null;
    }

    public async ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        _acknowledged = durable; // Even if the call fails: it may have had its effect.
        await hostility.Do(
            life,
            $"{_name} acknowledge {durable}",
            () => store.Changes.Acknowledge(durable, cancellation).AsTask(),
            cancellation);
    }

    public Task Remove(CancellationToken cancellation) =>
        hostility.Do(life, $"{_name} remove", () => store.Changes.Remove(cancellation), cancellation);
}
