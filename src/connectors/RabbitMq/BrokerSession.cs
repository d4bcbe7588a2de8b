using System.Security.Cryptography;
using System.Text;
using Godwit.Connectors.RabbitMq.Moving;
using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq;

/// <summary>What all parts of one opened broker share.</summary>
internal sealed class BrokerSession : IAsyncDisposable
{
    /// <summary>What brokers allow at most.</summary>
    private const uint LargestMessage = 512 << 20;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(20);

    private readonly SemaphoreSlim _turn = new(1);
    private IConnection? _connection;

    internal BrokerSession(StoreOpening opening, StoreRole role)
    {
        (Opening, Role) = (opening, role);
        Address = BrokerAddress.Parse(opening.Address, opening.Shown);
        Names = new BrokerNames(opening.Mark + Pair(opening));
        Scope = new QueuePatterns(opening.Keys);
        Management = new ManagementApi(Address, opening.Shown, opening.Clock);
        var folder = opening.Folder ?? "";
        Sent = new SentLedger(new LedgerFile(folder, "sent"));
        Received = new ReceivedLedger(new LedgerFile(folder, "received"));
        SentStreams = new SentStreams(new LedgerFile(folder, "streams-sent"));
        ReceivedStreams = new ReceivedStreams(new LedgerFile(folder, "streams-received"), new OffsetsFile(folder));
        Flow = new FlowState(new LedgerFile(folder, "flow"), role);
    }

    internal StoreOpening Opening { get; }

    internal StoreRole Role { get; }

    internal BrokerAddress Address { get; }

    internal BrokerNames Names { get; }

    internal QueuePatterns Scope { get; }

    internal ManagementApi Management { get; }

    internal SentLedger Sent { get; }

    internal ReceivedLedger Received { get; }

    internal SentStreams SentStreams { get; }

    internal ReceivedStreams ReceivedStreams { get; }

    internal FlowState Flow { get; }

    internal string Shown => Opening.Shown;

    /// <summary>When the last messages came from the other side, by the clock's time stamp; 0 when none did.</summary>
    internal long LastReceived { get; set; }

    /// <summary>How often in a row somebody still consumed where we wanted to read.</summary>
    internal int TimesNotAlone { get; set; }

    /// <summary>Whether traffic may just be coming back: what lies in the queues was put there by Godwit. A handover
    /// ends, or is undone, within its longest pause.</summary>
    internal bool MayBeComingBack => LastReceived != 0
        && Opening.Clock.GetElapsedTime(LastReceived) < Opening.MaxPause + TimeSpan.FromSeconds(2);

    /// <summary>Whether there is a folder for what must outlive the process.</summary>
    internal bool Remembers => Opening.Folder is not null;

    /// <summary>A connection of the caller's own, which does not mend itself.</summary>
    internal async Task<IConnection> Dial(CancellationToken cancellation)
    {
        var factory = new ConnectionFactory
        {
            HostName = Address.Host,
            Port = Address.Port,
            UserName = Address.User,
            Password = Address.Password,
            VirtualHost = Address.VirtualHost,
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            MaxInboundMessageBodySize = LargestMessage,
            RequestedHeartbeat = Heartbeat,
            ContinuationTimeout = Answer,
            ClientProvidedName = $"godwit {Opening.Migration}",
        };
        if (Address.IsEncrypted)
            (factory.Ssl.Enabled, factory.Ssl.ServerName, factory.Ssl.CertificateValidationCallback) =
                (true, Address.Host, BrokerTrust.Of(Address, Shown));
        return await factory.CreateConnectionAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Which release the broker is; null where it does not say it in numbers.</summary>
    internal Task<Version?> Version(CancellationToken cancellation) => RabbitMqFailures.Translated(
        this, async () => BrokerVersion.Of(await Connection(cancellation).ConfigureAwait(false)), cancellation);

    /// <summary>Does something on a channel of its own, over the shared connection.</summary>
    internal Task<T> Ask<T>(Func<IChannel, Task<T>> ask, CancellationToken cancellation) =>
        RabbitMqFailures.Translated(this, () => Over(ask, cancellation), cancellation);

    /// <inheritdoc cref="Ask{T}"/>
    internal Task Ask(Func<IChannel, Task> ask, CancellationToken cancellation) => Ask(
        async channel =>
        {
            await ask(channel).ConfigureAwait(false);
            return true;
        },
        cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
            await _connection.End(Opening.Clock).ConfigureAwait(false);
        Management.Dispose();
        _turn.Dispose();
    }

    /// <summary>Four hexadecimal digits that tell apart several moves of one migration at one broker.</summary>
    private string Pair(StoreOpening opening)
    {
        var peer = opening.Peer is { } other && BrokerAddress.IsOurs(other)
            ? BrokerAddress.Parse(other, opening.Elsewhere).Place
            : "";
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{Address.Place} {peer}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, 2));
    }

    private async Task<T> Over<T>(Func<IChannel, Task<T>> ask, CancellationToken cancellation)
    {
        var connection = await Connection(cancellation).ConfigureAwait(false);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        return await ask(channel).ConfigureAwait(false);
    }

    private async Task<IConnection> Connection(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_connection is { IsOpen: true })
                return _connection;
            if (_connection is not null)
                await _connection.End(Opening.Clock).ConfigureAwait(false);
            _connection = null;
            return _connection = await Dial(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
