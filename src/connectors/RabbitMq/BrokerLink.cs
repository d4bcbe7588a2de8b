using Godwit.Core.Problems;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq;

/// <summary>A connection for one duty that only one process may have at a time: the broker itself sees to it, by a
/// queue that lives as long as the connection.</summary>
/// <remarks>Invariant: when it opens, the broker is through with everything that an earlier one had sent.</remarks>
internal sealed class BrokerLink : IAsyncDisposable
{
    private const int Attempts = 60;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly IConnection _connection;
    private readonly TimeProvider _clock;

    private BrokerLink(IConnection connection, TimeProvider clock) => (_connection, _clock) = (connection, clock);

    internal bool IsOpen => _connection.IsOpen;

    /// <summary>Whether a queue may outlive its connection, and not the broker: from RabbitMQ 4 on this is on its way
    /// out.</summary>
    internal bool MayBeTransient => BrokerVersion.Of(_connection) is { } version && version < BrokerVersion.Four;

    /// <exception cref="GodwitException">Another connection has the duty, also after half a minute.</exception>
    internal static async Task<BrokerLink> Open(BrokerSession session, string duty, CancellationToken cancellation)
    {
        var connection = await session.Dial(cancellation).ConfigureAwait(false);
        var link = new BrokerLink(connection, session.Opening.Clock);
        var isOurs = false;
        try
        {
            for (var left = Attempts; left > 0 && !isOurs; left--)
            {
                isOurs = await TryTake(connection, duty, cancellation).ConfigureAwait(false);
                if (!isOurs)
                    await Task.Delay(Pause, session.Opening.Clock, cancellation).ConfigureAwait(false);
            }
            return isOurs ? link : throw new GodwitException(RabbitMqProblems.Busy(session.Shown, duty));
        }
        finally
        {
            if (!isOurs)
                await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    internal Task<IChannel> Channel(CreateChannelOptions? options, CancellationToken cancellation) =>
        _connection.CreateChannelAsync(options, cancellation);

    /// <summary>Whether an exchange is there.</summary>
    internal async Task<bool> HasExchange(string exchange, CancellationToken cancellation) =>
        await FirstMissingExchange([exchange], cancellation).ConfigureAwait(false) is null;

    /// <summary>The first of some exchanges that is not there; null when all are.</summary>
    internal Task<string?> FirstMissingExchange(IReadOnlyList<string> exchanges, CancellationToken cancellation) =>
        FirstMissing(
            exchanges, (channel, one) => channel.ExchangeDeclarePassiveAsync(one, cancellation), cancellation);

    /// <summary>The first of some queues that is not there; null when all are.</summary>
    internal Task<string?> FirstMissingQueue(IReadOnlyList<string> queues, CancellationToken cancellation) =>
        FirstMissing(queues, (channel, one) => channel.QueueDeclarePassiveAsync(one, cancellation), cancellation);

    private async Task<string?> FirstMissing(
        IReadOnlyList<string> names, Func<IChannel, string, Task> find, CancellationToken cancellation)
    {
        // A refusal closes the channel.
        var channel = await Channel(null, cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        foreach (var name in names)
        {
            try
            {
                await find(channel, name).ConfigureAwait(false);
            }
            catch (OperationInterruptedException gone)
                when (gone.ShutdownReason?.ReplyCode == RabbitMqFailures.NotFound)
            {
                return name;
            }
        }
        return null;
    }

    public async ValueTask DisposeAsync() => await _connection.End(_clock).ConfigureAwait(false);

    private static async Task<bool> TryTake(IConnection connection, string duty, CancellationToken cancellation)
    {
        // A refusal closes the channel.
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellation).ConfigureAwait(false);
        await using var _ = channel.ConfigureAwait(false);
        try
        {
            await channel.QueueDeclareAsync(
                duty, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancellation)
                .ConfigureAwait(false);
            return true;
        }
        catch (OperationInterruptedException locked)
            when (locked.ShutdownReason?.ReplyCode == RabbitMqFailures.Locked)
        {
            return false;
        }
    }
}
