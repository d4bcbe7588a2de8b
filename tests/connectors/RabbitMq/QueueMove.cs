using Godwit.Connectors.RabbitMq;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Journals;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Moves the queues of one virtual host to another as the engine does it, step by step; may be ended as if it
/// had been killed, and goes on from what it left on disk.</summary>
internal sealed class QueueMove(RabbitMqHost from, RabbitMqHost to) : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _folder = new();
    private IReadOnlyList<ScopedStream> _streams = [];
    private bool _goesBack;
    private long _moved;
    private int _batches;

    public IReadOnlyList<ScopedStream> Streams => _streams;

    /// <summary>How many messages have arrived and were taken away.</summary>
    public long Moved => Interlocked.Read(ref _moved);

    /// <summary>In how many batches.</summary>
    public int Batches => Volatile.Read(ref _batches);

    /// <summary>Who moves; the brokers' own guest when null.</summary>
    public string? User { get; init; }

    /// <summary>Patterns of queues; all of them when empty.</summary>
    public IReadOnlyList<string> Queues { get; init; } = [];

    public IStore Source { get; private set; } = null!;

    public IStore Target { get; private set; } = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Begins, or goes on.</summary>
    public async Task<QueueMove> Open()
    {
        Source = await Open(from, to, StoreRole.Source);
        Target = await Open(to, from, StoreRole.Target);
        var catalog = await Source.Catalog.Read(Cancellation);
        _streams = [.. catalog.Streams.Select((one, at) => ScopedStream.Everything(at, one))];
        await Source.Changes.Prepare(_streams, Cancellation);
        await Target.Target.Prepare(_streams, await Source.Catalog.Model(_streams, Cancellation), Cancellation);
        if (await Target.Target.Reached(Cancellation) is null)
            await Target.Target.StartAt(new Position(1, 0), Cancellation);
        if (_goesBack)
            await PrepareWayBack();
        return this;
    }

    /// <summary>What one side's check says of all queues of the source.</summary>
    public async Task<IReadOnlyList<Problem>> Check(StoreRole role)
    {
        Source = await Open(from, to, StoreRole.Source);
        Target = await Open(to, from, StoreRole.Target);
        var catalog = await Source.Catalog.Read(Cancellation);
        return await (role == StoreRole.Source ? Source : Target).Catalog.Check(
            role, [.. catalog.Streams.Select((one, at) => ScopedStream.Everything(at, one))], null, Cancellation);
    }

    /// <summary>From here on there is a way back, also after a crash.</summary>
    public async Task PrepareWayBack()
    {
        _goesBack = true;
        await Target.Changes.Prepare(_streams, Cancellation);
        await Source.Target.Prepare(_streams, SchemaModel.None(Source.Abilities.Family), Cancellation);
    }

    /// <summary>Hands traffic over to the target, where nobody is in the way.</summary>
    public async Task CutOver()
    {
        await PrepareWayBack();
        await Source.Fence.Raise(Cancellation);
        await Drain();
        await Source.Target.StartAt(await Target.Changes.Mark(Cancellation), Cancellation);
        await Target.Fence.Lower(Cancellation);
        await Source.Target.Reached(Cancellation);
    }

    /// <summary>As if the process had been killed.</summary>
    public async Task Crash()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        await Open();
    }

    /// <summary>As if it had never been.</summary>
    public async Task Forget()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        Directory.Delete(_folder.Path, recursive: true);
        Directory.CreateDirectory(_folder.Path);
        Source = await Open(from, to, StoreRole.Source);
        Target = await Open(to, from, StoreRole.Target);
    }

    /// <summary>The next batch; null when nothing came.</summary>
    public async Task<ChangeBatch?> Next() => await Source.Changes.Next(
        (await Target.Target.Reached(Cancellation))!.Value, Patience, Cancellation);

    /// <summary>The next batch, however long it takes to come.</summary>
    public async Task<ChangeBatch> Told()
    {
        ChangeBatch? batch = null;
        await Until.Holds("a batch is told", async () => (batch = await Next()) is not null);
        return batch!;
    }

    /// <summary>Crashes when the next batch was told (0), has arrived (1) or was taken away (2).</summary>
    public async Task CrashAfter(int step)
    {
        var batch = await Told();
        if (step > 0)
            await Apply(batch);
        if (step > 1)
            await Acknowledge(batch);
        await batch.DisposeAsync();
        await Crash();
    }

    public Task Apply(ChangeBatch batch) => Target.Target.Apply(batch, ApplyReason.Following, Cancellation);

    public async Task Acknowledge(ChangeBatch batch) => await Source.Changes.Acknowledge(batch.Reached, Cancellation);

    /// <summary>Brings everything over that is there at the call.</summary>
    public Task Drain() => Drain(Source, Target);

    /// <summary>The other way round.</summary>
    public Task DrainBack() => Drain(Target, Source);

    /// <summary>Whether what the source gave away is what the target took in.</summary>
    public async Task<bool> IsProved()
    {
        foreach (var stream in _streams)
        {
            var (here, there) = (
                await Source.Digest.Digest(stream, KeyRange.All, Cancellation),
                await Target.Digest.Digest(stream, KeyRange.All, Cancellation));
            if (here != there)
                return false;
        }
        return _streams.Count > 0;
    }

    /// <summary>As a store is opened, with the folder of its ledgers.</summary>
    public StoreOpening Opening(StoreRole role) => role == StoreRole.Source
        ? Opening(from, to, role)
        : Opening(to, from, role);

    public async ValueTask DisposeAsync()
    {
        foreach (var store in (IStore?[])[Source, Target])
        {
            if (store is not null)
                await store.DisposeAsync();
        }
        _folder.Dispose();
    }

    private async Task Drain(IStore origin, IStore destination)
    {
        var mark = await origin.Changes.Mark(Cancellation);
        while (await destination.Target.Reached(Cancellation) is { } reached && reached < mark)
        {
            await using var batch = await origin.Changes.Next(reached, Patience, Cancellation);
            if (batch is null)
                continue;
            await destination.Target.Apply(batch, ApplyReason.Following, Cancellation);
            await origin.Changes.Acknowledge(batch.Reached, Cancellation);
            if (batch.Native is not MessageBatch messages)
                continue;
            Interlocked.Increment(ref _batches);
            Interlocked.Add(ref _moved, messages.Messages.Count);
        }
    }

    private StoreOpening Opening(RabbitMqHost here, RabbitMqHost there, StoreRole role) => new()
    {
        Address = Place(here), Shown = $"the {role}", Migration = "queues", Mark = "0123abcd",
        Elsewhere = "the other side",
        Keys = Queues, Peer = Place(there), FeedsBack = true, Folder = _folder[$"{role}"],
        Clock = TimeProvider.System, Chance = () => 0.5,
    };

    private string Place(RabbitMqHost host) => User is { } user ? host.AddressFor(user) : host.Address;

    private Task<IStore> Open(RabbitMqHost here, RabbitMqHost there, StoreRole role) =>
        new RabbitMqConnector().Open(Opening(here, there, role), role, Cancellation);
}
