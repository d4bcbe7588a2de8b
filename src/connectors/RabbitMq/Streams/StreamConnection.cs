using System.Collections.Concurrent;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>A connection that speaks the stream protocol: it asks and gets answers, and hands on what a broker sends by
/// itself. It does not mend itself.</summary>
internal sealed class StreamConnection : IAsyncDisposable
{
    private const uint HeartbeatSeconds = 10;
    private const int Silence = 3;

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(HeartbeatSeconds);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly BrokerSession _session;
    private readonly StreamWire _wire;
    private readonly CancellationTokenSource _over = new();
    private readonly ConcurrentDictionary<uint, TaskCompletionSource<FrameReader>> _asked = new();
    private readonly ConcurrentDictionary<byte, StreamSubscription> _subscriptions = new();
    private readonly TaskCompletionSource<FrameReader> _tune = Fresh<FrameReader>();
    private readonly Lock _lock = new();
    private TaskCompletionSource _news = Fresh();
    private volatile Exception? _failure;
    private volatile StreamConfirms? _confirms;
    private Task _reading = Task.CompletedTask;
    private Task _beating = Task.CompletedTask;
    private uint _last;
    private long _heard;

    private StreamConnection(BrokerSession session, StreamWire wire) => (_session, _wire) = (session, wire);

    internal bool IsOpen => _failure is null && !_over.IsCancellationRequested;

    internal string Shown => _session.Shown;

    internal TimeProvider Clock => _session.Opening.Clock;

    /// <summary>Where the broker says that it can be reached; empty where it does not say.</summary>
    internal string Advertised { get; private set; } = "";

    /// <summary>How large a frame the broker wants at most.</summary>
    internal uint LargestFrame { get; private set; }

    /// <exception cref="GodwitException">Nobody speaks the protocol there, or it does not let us in.</exception>
    internal static async Task<StreamConnection> Open(BrokerSession session, CancellationToken cancellation)
    {
        var wire = await Dial(session, cancellation).ConfigureAwait(false);
        var connection = new StreamConnection(session, wire);
        var isOpen = false;
        try
        {
            connection._heard = connection.Clock.GetTimestamp();
            connection._reading = connection.Read();
            await connection.Greet(cancellation).ConfigureAwait(false);
            connection._beating = connection.Beat();
            isOpen = true;
            return connection;
        }
        finally
        {
            if (!isOpen)
                await connection.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Sends a question, and returns its answer from behind the code.</summary>
    /// <param name="content">Writes what follows the question's number.</param>
    /// <param name="about">What to name where the answer is no.</param>
    /// <exception cref="GodwitException">The broker refuses.</exception>
    /// <exception cref="IOException">The connection is over.</exception>
    internal async Task<FrameReader> Ask(
        StreamCommand command, Action<Frame> content, string about, CancellationToken cancellation)
    {
        var answer = await AskPlainly(command, content, cancellation).ConfigureAwait(false);
        var code = answer.UInt16();
        return code == StreamCode.Ok
            ? answer
            : throw new GodwitException(StreamProblems.Of(Shown, about, code));
    }

    /// <summary>The same for answers that begin without a code.</summary>
    internal async Task<FrameReader> AskPlainly(
        StreamCommand command, Action<Frame> content, CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _last);
        var answer = Fresh<FrameReader>();
        _asked[number] = answer;
        try
        {
            var frame = new Frame(command).UInt32(number);
            content(frame);
            await Send(frame).ConfigureAwait(false);
            return await answer.Task.WaitAsync(Patience, Clock, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asked.TryRemove(number, out _);
        }
    }

    /// <exception cref="IOException">The connection is over.</exception>
    internal async Task Send(Frame frame)
    {
        if (_failure is { } failure)
            throw new IOException(failure.Message, failure);
        await _wire.Send(frame).WaitAsync(Patience, Clock).ConfigureAwait(false);
    }

    /// <summary>Has a subscription get what is delivered for a number that is not in use.</summary>
    internal StreamSubscription Add(Func<byte, StreamSubscription> make)
    {
        for (var id = 0; id <= byte.MaxValue; id++)
        {
            var subscription = make((byte)id);
            if (_subscriptions.TryAdd((byte)id, subscription))
                return subscription;
        }
        throw new InvalidOperationException("A connection has 256 subscriptions at most.");
    }

    internal void Remove(byte subscription) => _subscriptions.TryRemove(subscription, out _);

    /// <summary>Has somebody hear what becomes of what is published.</summary>
    internal void Confirming(StreamConfirms? confirms) => _confirms = confirms;

    /// <summary>Ends when something was delivered after the call, or the connection is over.</summary>
    internal Task Arrival()
    {
        lock (_lock)
            return IsOpen ? _news.Task : Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync().ConfigureAwait(false);
        await _wire.DisposeAsync().ConfigureAwait(false);
        Fail(new IOException("The connection was closed"));
        await Task.WhenAll(_reading, _beating).ConfigureAwait(false);
        _over.Dispose();
    }

    private static async Task<StreamWire> Dial(BrokerSession session, CancellationToken cancellation)
    {
        var place = $"{session.Address.Streams.Host}:{session.Address.Streams.Port}";
        try
        {
            return await StreamWire.Open(session.Address, session.Shown, cancellation)
                .WaitAsync(Patience, session.Opening.Clock, cancellation).ConfigureAwait(false);
        }
        catch (Exception refused) when (refused is IOException or System.Net.Sockets.SocketException
            or TimeoutException or System.Security.Authentication.AuthenticationException)
        {
            throw new GodwitException(StreamProblems.NoStreams(session.Shown, place, refused.Message), refused);
        }
    }

    private async Task Greet(CancellationToken cancellation)
    {
        var (login, host) = (new StreamLogin(this, _session.Address), _session.Address.VirtualHost);
        await login.Authenticate(_session.Opening.Migration, cancellation).ConfigureAwait(false);
        var tune = await _tune.Task.WaitAsync(Patience, Clock, cancellation).ConfigureAwait(false);
        LargestFrame = tune.UInt32();
        await Send(new Frame(StreamCommand.Tune).UInt32(LargestFrame).UInt32(HeartbeatSeconds)).ConfigureAwait(false);
        Advertised = await login.Enter(host, cancellation).ConfigureAwait(false);
    }

    private async Task Read()
    {
        try
        {
            while (true)
            {
                var frame = await _wire.Receive(_over.Token).ConfigureAwait(false);
                Volatile.Write(ref _heard, Clock.GetTimestamp());
                await Take(new FrameReader(frame)).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException
            or ObjectDisposedException or GodwitException)
        {
            Fail(failure);
        }
        catch (InvalidDataException malformed)
        {
            Fail(new IOException($"It sent a frame that is not understood: {malformed.Message}", malformed));
        }
    }

    private async Task Take(FrameReader frame)
    {
        var key = frame.UInt16();
        frame.UInt16();
        var command = (StreamCommand)(key & 0x7fff);
        if (key != (ushort)command)
        {
            // A broker answers to a credit only where the subscription is over, and without a number.
            if (command is not StreamCommand.Credit && _asked.TryGetValue(frame.UInt32(), out var asked))
                asked.TrySetResult(frame);
            return;
        }
        switch (command)
        {
            case StreamCommand.Deliver:
                Deliver(frame);
                break;
            case StreamCommand.PublishConfirm:
                frame.Byte();
                _confirms?.Confirm(frame);
                break;
            case StreamCommand.PublishError:
                frame.Byte();
                _confirms?.Refuse(frame);
                break;
            case StreamCommand.Tune:
                _tune.TrySetResult(frame);
                break;
            case StreamCommand.MetadataUpdate:
                var code = frame.UInt16();
                throw new IOException($"The stream {frame.Text()} is gone or moves: {StreamCode.Text(code)}");
            case StreamCommand.Close:
                await Closed(frame).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }

    private void Deliver(FrameReader frame)
    {
        if (!_subscriptions.TryGetValue(frame.Byte(), out var subscription))
            return;
        try
        {
            subscription.Deliver(StreamChunk.Read(frame));
        }
        catch (InvalidDataException harmed)
        {
            throw new GodwitException(StreamProblems.Harmed(Shown, subscription.Stream, harmed.Message), harmed);
        }
        Signal();
    }

    private async Task Closed(FrameReader frame)
    {
        var (number, code, reason) = (frame.UInt32(), frame.UInt16(), frame.Text());
        await Send(new Frame(StreamCommand.Close, isAnswer: true).UInt32(number).UInt16(StreamCode.Ok))
            .ConfigureAwait(false);
        throw new StreamClosedException(code, reason);
    }

    private async Task Beat()
    {
        try
        {
            while (IsOpen)
            {
                await Task.Delay(Heartbeat, Clock, _over.Token).ConfigureAwait(false);
                if (Clock.GetElapsedTime(Volatile.Read(ref _heard)) > Heartbeat * Silence)
                    throw new IOException("The broker said nothing for half a minute");
                await Send(new Frame(StreamCommand.Heartbeat)).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException
            or ObjectDisposedException or TimeoutException)
        {
            Fail(failure);
        }
    }

    private void Fail(Exception failure)
    {
        lock (_lock)
            _failure ??= failure;
        foreach (var asked in _asked.Values)
            asked.TrySetException(Told());
        _tune.TrySetException(Told());
        foreach (var subscription in _subscriptions.Values)
            subscription.Fail(Told());
        _confirms?.Fail(Told());
        Signal();
    }

    private Exception Told() => _failure is GodwitException or StreamClosedException
        ? _failure
        : new IOException(_failure!.Message, _failure);

    private void Signal()
    {
        lock (_lock)
        {
            _news.TrySetResult();
            _news = Fresh();
        }
    }

    private static TaskCompletionSource Fresh() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource<T> Fresh<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
