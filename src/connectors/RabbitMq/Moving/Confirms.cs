using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Counts what a broker says of the messages published over one channel since it was opened.</summary>
internal sealed class Confirms
{
    private readonly Lock _lock = new();
    private readonly SortedSet<ulong> _open = [];
    private readonly HashSet<ulong> _refused = [];
    private TaskCompletionSource _news = Fresh();
    private string? _why;
    private bool _isReturned;
    private ulong _last;

    internal Confirms(IChannel channel)
    {
        channel.BasicAcksAsync += (_, said) => Settle(said.DeliveryTag, said.Multiple, isRefused: false);
        channel.BasicNacksAsync += (_, said) => Settle(said.DeliveryTag, said.Multiple, isRefused: true);
        channel.BasicReturnAsync += (_, said) => Tell(() => (_why, _isReturned) = (said.ReplyText, true));
        channel.ChannelShutdownAsync += (_, why) => Tell(() => _why ??= why.ReplyText);
    }

    /// <summary>Why a message did not arrive; null when none was refused.</summary>
    internal string? WhyRefused
    {
        get
        {
            lock (_lock)
                return _why ?? (_refused.Count > 0 ? "The queue takes no more" : null);
        }
    }

    /// <summary>Whether a message came back: it is confirmed all the same, and is nowhere.</summary>
    internal bool IsReturned
    {
        get
        {
            lock (_lock)
                return _isReturned;
        }
    }

    /// <summary>Called before each message is published.</summary>
    /// <returns>The number by which the broker speaks of it.</returns>
    internal ulong Expect()
    {
        lock (_lock)
        {
            _open.Add(++_last);
            return _last;
        }
    }

    /// <summary>Whether the broker has confirmed the message.</summary>
    internal bool IsConfirmed(ulong number)
    {
        lock (_lock)
            return !_open.Contains(number) && !_refused.Contains(number);
    }

    /// <summary>Returns when the broker has spoken of all, or the channel is over.</summary>
    /// <exception cref="OperationInterruptedException">The channel was closed; by the broker, as a rule.</exception>
    /// <exception cref="TimeoutException">It said nothing for as long as <paramref name="patience"/>.</exception>
    internal async Task Settled(IChannel channel, TimeSpan patience, TimeProvider clock)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_open.Count == 0)
                    return;
                if (!channel.IsOpen)
                    throw channel.CloseReason is { } reason
                        ? new OperationInterruptedException(reason)
                        : new IOException(_why ?? "The channel was closed");
                news = _news.Task;
            }
            await news.WaitAsync(patience, clock).ConfigureAwait(false);
        }
    }

    private Task Settle(ulong number, bool multiple, bool isRefused) => Tell(() =>
    {
        while (multiple && _open.Count > 0 && _open.Min <= number)
            One(_open.Min, isRefused);
        One(number, isRefused);
    });

    private void One(ulong number, bool isRefused)
    {
        if (_open.Remove(number) && isRefused)
            _refused.Add(number);
    }

    private Task Tell(Action what)
    {
        lock (_lock)
        {
            what();
            _news.TrySetResult();
            _news = Fresh();
        }
        return Task.CompletedTask;
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
