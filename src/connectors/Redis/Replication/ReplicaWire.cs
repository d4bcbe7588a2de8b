using System.Buffers.Text;
using System.Text;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>The bytes of a replica's connection: lines at first, then a snapshot, then changes without end.</summary>
internal sealed class ReplicaWire(Stream stream, RedisEndpoint endpoint, TimeProvider clock) : IDisposable
{
    private const int LongestLine = 4096;
    private const int MarkLength = 40;

    /// <summary>A primary says something every ten seconds.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(60);

    private readonly byte[] _buffer = new byte[256 << 10];
    private readonly SemaphoreSlim _sending = new(1);
    private int _start;
    private int _end;

    /// <summary>Sends a command and reads the line that answers it, without the sign that begins it.</summary>
    internal async Task<string> Ask(CommandBatch command, CancellationToken cancellation)
    {
        var answer = await TryAsk(command, cancellation).ConfigureAwait(false);
        if (answer.StartsWith('-'))
            throw RedisFailures.Said(endpoint, RespValue.Error(Encoding.UTF8.GetBytes(answer[1..])));
        return answer.TrimStart('+');
    }

    /// <summary>The same, with the sign, also when it is an error.</summary>
    internal async Task<string> TryAsk(CommandBatch command, CancellationToken cancellation)
    {
        await Send(command, cancellation).ConfigureAwait(false);
        string line;

        // Empty lines say that the server is still at it.
        while ((line = await ReadLine(cancellation).ConfigureAwait(false)).Length == 0)
        {
        }
        return line;
    }

    internal async Task Send(CommandBatch command, CancellationToken cancellation)
    {
        await _sending.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await stream.WriteAsync(command.Memory, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _sending.Release();
        }
    }

    /// <summary>Reads a snapshot to its end.</summary>
    /// <param name="file">Gets the bytes; null when nobody wants them.</param>
    internal async Task ReadSnapshot(SnapshotFile? file, CancellationToken cancellation)
    {
        string line;
        while ((line = await ReadLine(cancellation).ConfigureAwait(false)).Length == 0)
        {
        }
        if (line.StartsWith("$EOF:", StringComparison.Ordinal) && line.Length == MarkLength + 5)
            await ReadUntilMark(Encoding.ASCII.GetBytes(line[5..]), file, cancellation).ConfigureAwait(false);
        else if (line[0] == '$' && Utf8Parser.TryParse(Encoding.ASCII.GetBytes(line[1..]), out long length, out _))
            await ReadLength(length, file, cancellation).ConfigureAwait(false);
        else
            throw new FormatException($"A snapshot begins with '{Printable.Text(line)}'.");
    }

    /// <summary>The next bytes of the changes; valid until the next call.</summary>
    internal async ValueTask<ReadOnlyMemory<byte>> ReadChanges(CancellationToken cancellation)
    {
        if (_start == _end)
            await Fill(cancellation).ConfigureAwait(false);
        var bytes = _buffer.AsMemory(_start, _end - _start);
        _start = _end;
        return bytes;
    }

    public void Dispose() => _sending.Dispose();

    private async Task ReadLength(long length, SnapshotFile? file, CancellationToken cancellation)
    {
        for (var left = length; left > 0;)
        {
            if (_start == _end)
                await Fill(cancellation).ConfigureAwait(false);
            var part = (int)Math.Min(left, _end - _start);
            file?.Append(_buffer.AsSpan(_start, part));
            (_start, left) = (_start + part, left - part);
        }
    }

    /// <summary>Until the server has heard that the snapshot arrived it sends nothing behind the mark: what ends with
    /// it is at its end. The last bytes are held back, because the mark may come in pieces.</summary>
    private async Task ReadUntilMark(byte[] mark, SnapshotFile? file, CancellationToken cancellation)
    {
        while (true)
        {
            if (_end - _start >= MarkLength && _buffer.AsSpan(_end - MarkLength, MarkLength).SequenceEqual(mark))
            {
                file?.Append(_buffer.AsSpan(_start, _end - _start - MarkLength));
                _start = _end;
                return;
            }
            if (_end - _start > MarkLength)
            {
                file?.Append(_buffer.AsSpan(_start, _end - _start - MarkLength));
                _start = _end - MarkLength;
            }
            await Fill(cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string> ReadLine(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (true)
        {
            if (_start == _end)
                await Fill(cancellation).ConfigureAwait(false);
            var next = _buffer[_start++];
            if (next == (byte)'\n')
                return line.ToString();
            if (next != (byte)'\r')
                line.Append((char)next);
            if (line.Length > LongestLine)
                throw new FormatException("A line of the handshake does not end.");
        }
    }

    private async Task Fill(CancellationToken cancellation)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        using var silence = new CancellationTokenSource(LongestSilence, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellation);
        try
        {
            var count = await stream.ReadAsync(_buffer.AsMemory(_end), either.Token).ConfigureAwait(false);
            if (count == 0)
                throw new EndOfStreamException("The server closed the connection.");
            _end += count;
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new TimeoutException("The server has said nothing for a minute.", late);
        }
    }
}
