using System.Globalization;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Speaks to a server as a replica would, and does nothing but write what it says into a journal.</summary>
/// <remarks>
/// <para>Source: the handshake and PSYNC as Redis 2.8 to 8 speak them. A broken link is opened again and goes on where
/// the journal ends, as long as the server still has what comes next; otherwise the server begins a new history, with
/// a new snapshot.</para>
/// <para>Acknowledged to the server is only what survives a crash of this machine.</para>
/// </remarks>
internal sealed class ReplicaLink : IChangeLink
{
    private static readonly TimeSpan AckInterval = TimeSpan.FromSeconds(1);

    private readonly SlotOwner _owner;
    private readonly ReplicationJournal _journal;
    private readonly bool _wantsSnapshot;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _running;
    private RedisEndpoint? _endpoint;
    private readonly LinkLife _life;

    /// <param name="owner">Finds the server that is moved.</param>
    /// <param name="journal">Stays the caller's, and outlives the link.</param>
    /// <param name="wantsSnapshot">Whether what is there at the beginning is wanted too, and not only what
    /// changes.</param>
    /// <param name="clock">For pauses and acknowledgements.</param>
    internal ReplicaLink(
        SlotOwner owner, ReplicationJournal journal, bool wantsSnapshot, TimeProvider clock)
    {
        (_owner, _journal, _wantsSnapshot, _clock) = (owner, journal, wantsSnapshot, clock);
        _life = new LinkLife(journal, clock);
        _running = Task.Run(() => _life.Run(Once, () => _endpoint!, _closing.Token));
    }

    public Problem? Failure => _life.Failure;

    /// <summary>The server that is attached to: the one that is moved, or a replica of it.</summary>
    /// <remarks>Null before the first attempt.</remarks>
    internal RedisEndpoint? Followed { get; private set; }

    /// <summary>What its cluster calls the primary that is followed, directly or through a replica; null where it is of
    /// none, and before the first attempt.</summary>
    internal string? Node { get; private set; }

    public SnapshotFile? Snapshot { get; private set; }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _closing.Dispose();
    }

    private async Task Once(CancellationToken cancellation)
    {
        (_endpoint, Node) = await _owner.Locate(cancellation).ConfigureAwait(false);
        Followed = _wantsSnapshot
            ? await new ReplicaChoice(_endpoint, _clock).Choose(cancellation).ConfigureAwait(false)
            : _endpoint;
        var stream = await RedisDialer.Reach(Followed, _clock, cancellation).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        using var wire = new ReplicaWire(stream, Followed, _clock);
        await Greet(wire, cancellation).ConfigureAwait(false);
        await Synchronise(wire, cancellation).ConfigureAwait(false);
        _life.Stands();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var acknowledging = Acknowledge(wire, over.Token);
        try
        {
            await Receive(wire, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await acknowledging.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Greet(ReplicaWire wire, CancellationToken cancellation)
    {
        if (_endpoint!.Password is { } password)
            await wire.Ask(
                _endpoint.User is { } user
                    ? CommandBatch.Of("AUTH", user, password)
                    : CommandBatch.Of("AUTH", password),
                cancellation).ConfigureAwait(false);
        await wire.Ask(CommandBatch.Of("PING"), cancellation).ConfigureAwait(false);

        // No port: nobody can be sent here, and nobody may make a primary of this.
        await wire.TryAsk(CommandBatch.Of("REPLCONF", "listening-port", "0"), cancellation).ConfigureAwait(false);
        await wire.Ask(CommandBatch.Of("REPLCONF", "capa", "eof", "capa", "psync2"), cancellation)
            .ConfigureAwait(false);

        // Older servers do not know it and send everything, which is passed over.
        if (!_wantsSnapshot)
            await wire.TryAsk(CommandBatch.Of("REPLCONF", "rdb-filter-only", "functions"), cancellation)
                .ConfigureAwait(false);
    }

    private async Task Synchronise(ReplicaWire wire, CancellationToken cancellation)
    {
        var state = _journal.State;
        var resumes = state.History is not null && (state.HasSnapshot || !_wantsSnapshot);
        var (history, next) = resumes ? (state.History!, _journal.End - state.Shift + 1) : ("?", -1);
        var answer = await wire.Ask(
            CommandBatch.Of("PSYNC", history, next.ToString(CultureInfo.InvariantCulture)), cancellation)
            .ConfigureAwait(false);
        var words = answer.Split(' ');
        switch (words)
        {
            case ["CONTINUE"]:
                break;
            case ["CONTINUE", var id]:
                _journal.Rename(id);
                break;
            case ["FULLRESYNC", var id, var offset]:
                await TakeSnapshot(
                    wire, id, long.Parse(offset, CultureInfo.InvariantCulture), cancellation).ConfigureAwait(false);
                break;
            default:
                throw new FormatException($"PSYNC is answered by '{Printable.Text(answer)}'.");
        }
    }

    private async Task TakeSnapshot(ReplicaWire wire, string history, long offset, CancellationToken cancellation)
    {
        using var file = _wantsSnapshot ? new SnapshotFile(_journal.SnapshotPath) : null;
        _journal.StartHistory(history, offset);
        Snapshot = file;
        _life.Stands();
        try
        {
            await wire.ReadSnapshot(file, cancellation).ConfigureAwait(false);
            file?.Complete();
            _journal.SnapshotIsHere();
        }
        catch
        {
            file?.Fail();
            throw;
        }
    }

    private async Task Receive(ReplicaWire wire, CancellationToken cancellation)
    {
        while (true)
        {
            var bytes = await wire.ReadChanges(cancellation).ConfigureAwait(false);
            _journal.Append(bytes.Span);
        }
    }

    /// <summary>Tells the server what is safe here. It waits for the first of these before it sends changes.</summary>
    private async Task Acknowledge(ReplicaWire wire, CancellationToken cancellation)
    {
        while (true)
        {
            var offset = _journal.Sync() - _journal.State.Shift;
            await wire.Send(
                CommandBatch.Of("REPLCONF", "ACK", offset.ToString(CultureInfo.InvariantCulture)), cancellation)
                .ConfigureAwait(false);
            await Task.Delay(AckInterval, _clock, cancellation).ConfigureAwait(false);
        }
    }
}
