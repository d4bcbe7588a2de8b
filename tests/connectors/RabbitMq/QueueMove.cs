using Godwit.Connectors.RabbitMq;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
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
        return this;
    }

    /// <summary>As if the process had been killed.</summary>
    public async Task Crash()
    {
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        await Open();
    }

    /// <summary>The next batch; null when nothing came.</summary>
    public async Task<ChangeBatch?> Next() => await Source.Changes.Next(
        (await Target.Target.Reached(Cancellation))!.Value, Patience, Cancellation);

    public Task Apply(ChangeBatch batch) => Target.Target.Apply(batch, ApplyReason.Following, Cancellation);

    public async Task Acknowledge(ChangeBatch batch) => await Source.Changes.Acknowledge(batch.Reached, Cancellation);

    /// <summary>Brings everything over that is there at the call.</summary>
    public async Task Drain()
    {
        var mark = await Source.Changes.Mark(Cancellation);
        while ((await Target.Target.Reached(Cancellation))!.Value < mark)
        {
            await using var batch = await Next();
            if (batch is null)
                continue;
            await Apply(batch);
            await Acknowledge(batch);
        }
    }

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
        await Source.DisposeAsync();
        await Target.DisposeAsync();
        _folder.Dispose();
    }

    private StoreOpening Opening(RabbitMqHost here, RabbitMqHost there, StoreRole role) => new()
    {
        Address = here.Address, Shown = $"the {role}", Migration = "queues", Mark = "0123abcd",
        Elsewhere = "the other side", Peer = there.Address, FeedsBack = true, Folder = _folder[$"{role}"],
        Clock = TimeProvider.System, Chance = () => 0.5,
    };

    private Task<IStore> Open(RabbitMqHost here, RabbitMqHost there, StoreRole role) =>
        new RabbitMqConnector().Open(Opening(here, there, role), role, Cancellation);
}
