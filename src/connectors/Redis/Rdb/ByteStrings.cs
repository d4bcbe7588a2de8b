using System.Buffers.Text;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Many byte strings in one block of memory.</summary>
/// <param name="most">Bytes that all together may have; more are a <see cref="ValueTooLongException"/>.</param>
internal sealed class ByteStrings(int most = int.MaxValue)
{
    /// <summary>Bytes of all strings together; compressed values can claim to be far longer than they are.</summary>
    private const int MostBytes = 1 << 30;

    private const int MostDigits = 20;

    private byte[] _bytes = [];
    private int[] _ends = [];
    private int _used;

    internal int Count { get; private set; }

    /// <summary>Bytes of all strings.</summary>
    internal long Length => _used;

    internal ReadOnlySpan<byte> this[int index] => At(index).Span;

    internal ReadOnlyMemory<byte> At(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        var start = index == 0 ? 0 : _ends[index - 1];
        return _bytes.AsMemory(start, _ends[index] - start);
    }

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        End(bytes.Length);
    }

    /// <summary>The decimal digits of a number.</summary>
    internal void Add(long number)
    {
        Utf8Formatter.TryFormat(number, Room(MostDigits), out var written);
        End(written);
    }

    /// <summary>Room for a string of at most so many bytes, to be filled and then ended.</summary>
    internal Span<byte> Room(int length)
    {
        var needed = (long)_used + length;
        if (needed > MostBytes)
            throw new RdbException($"A value has more than {MostBytes} bytes", 0);
        if (needed > most)
            throw new ValueTooLongException(needed, most);
        if (needed > _bytes.Length)
            Array.Resize(ref _bytes, (int)Math.Max(needed, Math.Min(2L * _bytes.Length, MostBytes)));
        return _bytes.AsSpan(_used, length);
    }

    /// <summary>Ends the string for which there is <see cref="Room"/>.</summary>
    internal void End(int length)
    {
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Math.Max(4, 2 * Count));
        _used += length;
        _ends[Count++] = _used;
    }
}
