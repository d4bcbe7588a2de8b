using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Protocol;

/// <summary>One connection to a server: commands go out in the order in which they are sent, replies come back in the
/// same order, and several senders may share it.</summary>
/// <remarks>
/// Bounded: a sender waits while more than <see cref="MostReplies"/> replies or <see cref="MostBytes"/> bytes are under
/// way. A connection that failed stays failed; whoever opened it opens another.
/// </remarks>
internal sealed class RedisConnection : IAsyncDisposable
{
    private const int MostReplies = 64 << 10;
    private const long MostBytes = 32L << 20;
    private const int LongReply = 64 << 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly RedisEndpoint _endpoint;
    private readonly Stream _stream;
    private readonly PipeReader _reader;
    private readonly TimeProvider _clock;
    private readonly Queue<(Expected Replies, long Bytes)> _expected = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly SemaphoreSlim _room = new(0);
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private Task _receiving = Task.CompletedTask;
    private long _bytes;
    private int _replies;
    private int _isDisposed;
    private Exception? _failure;
    private bool _isElsewhere;

    /// <summary>Where it leads.</summary>
    internal RedisEndpoint Endpoint => _endpoint;

    internal RedisConnection(RedisEndpoint endpoint, Stream stream, TimeProvider clock)
    {
        (_endpoint, _stream, _clock) = (endpoint, stream, clock);
        _reader = PipeReader.Create(
            stream, new StreamPipeReaderOptions(bufferSize: 64 << 10, minimumReadSize: 16 << 10, leaveOpen: true));
    }

    /// <summary>Called for what nobody asked for, in the order in which it came between the replies.</summary>
    internal Action<RespValue>? Pushed { get; set; }

    /// <summary>Whether it can still be used.</summary>
    /// <remarks>Nor is one to a node of a cluster that has lost its slots: their owner is looked for anew.</remarks>
    internal bool IsAlive => Volatile.Read(ref _failure) is null && !Volatile.Read(ref _isElsewhere);

    /// <summary>Begins to take replies.</summary>
    internal void Start() => _receiving = Task.Run(Receive);

    /// <summary>Sends one command and waits for its reply.</summary>
    /// <exception cref="GodwitException">The connection failed, or the server said that it cannot.</exception>
    internal Task<RespValue> Call(CancellationToken cancellation, params ReadOnlySpan<string> words) =>
        One(CommandBatch.Of(words), cancellation);

    internal async Task<RespValue> One(CommandBatch command, CancellationToken cancellation)
    {
        var replies = await Send(command, cancellation).ConfigureAwait(false);
        ThrowIfError(replies);
        return replies[0];
    }

    /// <summary>Sends commands and waits for all their replies; errors among them are the caller's.</summary>
    internal async Task<RespValue[]> Send(CommandBatch commands, CancellationToken cancellation)
    {
        var replies = await Post(commands, cancellation).ConfigureAwait(false);
        return await Await(replies, cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends commands and returns when they are on their way; the batch may be filled again then.</summary>
    /// <returns>Their replies, to be awaited by <see cref="Await"/>.</returns>
    internal async Task<Task<RespValue[]>> Post(CommandBatch commands, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            Expected? expected;
            while ((expected = Enqueue(commands)) is null)
                await _room.WaitAsync(cancellation).ConfigureAwait(false);

            // Not cancelled half-way: a command that is cut off would make nonsense of those that follow.
            await _stream.WriteAsync(commands.Memory, _closing.Token).ConfigureAwait(false);
            return expected.All;
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException
            || (failure is OperationCanceledException && _closing.IsCancellationRequested))
        {
            Fail(failure);
            throw RedisFailures.Lost(_endpoint, failure);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Waits for replies; a server that does not answer is as good as gone.</summary>
    internal async Task<RespValue[]> Await(Task<RespValue[]> replies, CancellationToken cancellation)
    {
        try
        {
            return await replies.WaitAsync(Patience, _clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            Fail(late);
            throw RedisFailures.Lost(_endpoint, late);
        }
    }

    /// <summary>Raises the first error among replies.</summary>
    internal void ThrowIfError(ReadOnlySpan<RespValue> replies)
    {
        foreach (var reply in replies)
        {
            if (!reply.IsError)
                continue;
            if (SlotScript.SaysElsewhere(reply))
                Volatile.Write(ref _isElsewhere, true);
            throw RedisFailures.Said(_endpoint, reply);
        }
    }

    /// <summary>Repeatable: a connection that failed stays with whoever could not open another one yet.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        Fail(new ObjectDisposedException(nameof(RedisConnection)));
        await _closing.CancelAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
        await _receiving.ConfigureAwait(false);
        await _reader.CompleteAsync().ConfigureAwait(false);
        _closing.Dispose();
    }

    /// <returns>Null while there is no room.</returns>
    private Expected? Enqueue(CommandBatch commands)
    {
        lock (_lock)
        {
            if (_failure is { } failure)
                throw RedisFailures.Lost(_endpoint, failure);
            if (_replies > 0 && (_replies + commands.Count > MostReplies || _bytes + commands.Length > MostBytes))
                return null;
            (_replies, _bytes) = (_replies + commands.Count, _bytes + commands.Length);
            var expected = new Expected(commands.Count);
            _expected.Enqueue((expected, commands.Length));
            return expected;
        }
    }

    private async Task Receive()
    {
        try
        {
            while (true)
            {
                var read = await _reader.ReadAsync(_closing.Token).ConfigureAwait(false);
                var (consumed, missing) = TakeAll(read.Buffer);
                if (read.IsCompleted)
                    throw new EndOfStreamException("The server closed the connection.");
                var wanted = read.Buffer.Slice(consumed).Length + missing;
                _reader.AdvanceTo(consumed, read.Buffer.End);
                if (missing > LongReply)
                    await MakeRoom(wanted).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or SocketException or ObjectDisposedException
            or OperationCanceledException or FormatException or InvalidOperationException)
        {
            Fail(failure);
        }
    }

    /// <summary>A long reply is waited for as a whole: looking at each piece of it would begin from its front again and
    /// again.</summary>
    private async Task MakeRoom(long wanted)
    {
        var read = await _reader.ReadAtLeastAsync(checked((int)Math.Min(wanted, int.MaxValue)), _closing.Token)
            .ConfigureAwait(false);
        _reader.AdvanceTo(read.Buffer.Start, read.Buffer.Start);
    }

    private (SequencePosition Consumed, long Missing) TakeAll(ReadOnlySequence<byte> received)
    {
        var reader = new SequenceReader<byte>(received);
        while (true)
        {
            var start = reader.Position;
            if (!RespParser.TryRead(ref reader, out var value, out var missing))
                return (start, missing);
            if (value.Kind == RespKind.Push)
                Pushed?.Invoke(value);
            else
                Take(value);
        }
    }

    private void Take(RespValue reply)
    {
        Expected? complete = null;
        lock (_lock)
        {
            if (_expected.Count == 0)
                throw new InvalidOperationException("The server answers although nobody asked.");
            var (first, bytes) = _expected.Peek();
            if (first.Take(reply))
            {
                _expected.Dequeue();
                (_replies, _bytes, complete) = (_replies - first.Count, _bytes - bytes, first);
                if (_room.CurrentCount == 0)
                    _room.Release();
            }
        }
        complete?.Complete();
    }

    private void Fail(Exception failure)
    {
        List<Expected> waiting;
        lock (_lock)
        {
            if (_failure is not null)
                return;
            _failure = failure;
            waiting = [.. _expected.Select(one => one.Replies)];
            _expected.Clear();
            _room.Release();
        }
        foreach (var one in waiting)
            one.Fail(RedisFailures.Lost(_endpoint, failure));
    }
}
