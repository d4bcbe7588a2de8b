namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The part of a stream that is held in memory, and the checksum of all that came before it.</summary>
internal sealed class RdbWindow(Stream input, int most)
{
    private const int FirstSize = 256 << 10;

    private byte[] _bytes = new byte[Math.Min(FirstSize, most)];
    private int _start;
    private int _end;
    private int _summedTo;
    private ulong _crc;

    /// <summary>Bytes from the start of the stream to what is held.</summary>
    internal long Position { get; private set; }

    /// <summary>Valid until the next <see cref="Fill"/>.</summary>
    internal ReadOnlySpan<byte> Held => _bytes.AsSpan(_start, _end - _start);

    internal ReadOnlyMemory<byte> Slice(int start, int length) => _bytes.AsMemory(_start + start, length);

    /// <summary>Lets go of the first bytes; what lies there stays valid until the next <see cref="Fill"/>.</summary>
    internal void Drop(int count)
    {
        _start += count;
        Position += count;
    }

    /// <summary>The checksum of everything that was let go of.</summary>
    internal ulong Sum()
    {
        _crc = Crc64.Append(_crc, _bytes.AsSpan(_summedTo, _start - _summedTo));
        _summedTo = _start;
        return _crc;
    }

    /// <summary>Reads on. Memory grows only when it is full of bytes that are needed together.</summary>
    /// <returns>False when the stream has ended.</returns>
    internal async ValueTask<bool> Fill(CancellationToken cancellation)
    {
        Sum();
        var held = _end - _start;
        if (held == _bytes.Length)
        {
            if (held >= most)
                throw new RdbException($"More than {most} bytes would have to be held at once", Position);
            Array.Resize(ref _bytes, (int)Math.Min(2L * held, most));
        }
        else if (_start > 0)
        {
            _bytes.AsSpan(_start, held).CopyTo(_bytes);
            (_start, _summedTo, _end) = (0, 0, held);
        }
        var read = await input.ReadAsync(_bytes.AsMemory(_end), cancellation).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }
}
