namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Counts what a broker says of the messages published over one connection.</summary>
internal sealed class StreamConfirms(TimeProvider clock)
{
    private readonly Lock _lock = new();
    private readonly HashSet<ulong> _open = [];
    private TaskCompletionSource _news = Fresh();
    private Exception? _failure;

    /// <summary>The code of a refusal; <see cref="StreamCode.Ok"/> when nothing was refused.</summary>
    internal ushort Refusal { get; private set; } = StreamCode.Ok;

    internal void Expect(ulong id)
    {
        lock (_lock)
            _open.Add(id);
    }

    internal void Confirm(FrameReader frame) => Tell(() =>
    {
        for (var left = frame.UInt32(); left > 0; left--)
            _open.Remove(frame.UInt64());
    });

    internal void Refuse(FrameReader frame) => Tell(() =>
    {
        for (var left = frame.UInt32(); left > 0; left--)
        {
            _open.Remove(frame.UInt64());
            Refusal = frame.UInt16();
        }
    });

    internal void Fail(Exception failure) => Tell(() => _failure ??= failure);

    /// <summary>Returns when the broker has spoken of all.</summary>
    /// <exception cref="TimeoutException">It said nothing for as long as <paramref name="patience"/>.</exception>
    internal async Task Settled(TimeSpan patience)
    {
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (_open.Count == 0)
                    return;
                if (_failure is not null)
                    throw _failure;
                news = _news.Task;
            }
            await news.WaitAsync(patience, clock).ConfigureAwait(false);
        }
    }

    private void Tell(Action what)
    {
        lock (_lock)
        {
            what();
            _news.TrySetResult();
            _news = Fresh();
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
