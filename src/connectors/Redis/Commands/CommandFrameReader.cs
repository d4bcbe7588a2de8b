namespace Godwit.Connectors.Redis.Commands;

/// <summary>Finds the commands in a replication stream: arrays of bulk strings, one after the other.</summary>
/// <remarks>
/// It keeps where the arguments lie and none of the bytes. A command that comes in parts is gone through once: the
/// next call goes on where the last one stopped. Not for two threads.
/// </remarks>
internal sealed class CommandFrameReader
{
    private const int DigitsAtMost = 10;

    private int[] _bounds = new int[32];
    private int _filled;
    private int _position;
    private int _count;

    /// <summary>The bytes of the command that was found last; of what is malformed, those that were in order.</summary>
    public int Consumed { get; private set; }

    /// <summary>How many bytes the incomplete command has at least, so far as is known: room to read on with.</summary>
    public int Needed { get; private set; }

    /// <summary>Looks for the end of one command.</summary>
    /// <param name="buffer">Starts with the command. After <see cref="FrameStatus.Incomplete"/> the next call is
    /// given the same bytes and more, wherever they lie by then.</param>
    public FrameStatus Read(ReadOnlySpan<byte> buffer)
    {
        if (_position == 0)
            (_filled, _count) = (0, 0);
        var status = ReadCount(buffer);
        while (status == FrameStatus.Complete && _filled < 2 * _count)
            status = ReadArgument(buffer);
        if (status == FrameStatus.Incomplete)
            return status;
        Consumed = _position;
        _position = 0;
        return status;
    }

    /// <summary>Forgets a command that came in part: the next call begins with another one.</summary>
    public void Reset() => _position = 0;

    /// <summary>The command that was found last.</summary>
    /// <param name="buffer">As it was given when the command was complete.</param>
    public CommandFrame Frame(ReadOnlySpan<byte> buffer) => new(buffer[..Consumed], _bounds.AsSpan(0, _filled));

    private FrameStatus ReadCount(ReadOnlySpan<byte> buffer)
    {
        if (_position > 0)
            return FrameStatus.Complete;
        var status = ReadNumber(buffer, (byte)'*', 0, out var count, out var next);
        if (status != FrameStatus.Complete)
            return status;
        if (count == 0)
            return FrameStatus.Malformed;
        (_count, _position) = (count, next);
        return FrameStatus.Complete;
    }

    private FrameStatus ReadArgument(ReadOnlySpan<byte> buffer)
    {
        var status = ReadNumber(buffer, (byte)'$', _position, out var length, out var start);
        if (status != FrameStatus.Complete)
            return status;
        if (length > int.MaxValue - 2 - start)
            return FrameStatus.Malformed;
        var end = start + length;
        if (buffer.Length < end + 2)
        {
            Needed = end + 2;
            return buffer.Length > end && buffer[end] != '\r' ? FrameStatus.Malformed : FrameStatus.Incomplete;
        }
        if (buffer[end] != '\r' || buffer[end + 1] != '\n')
            return FrameStatus.Malformed;
        // It grows with what has come, not with what was announced.
        if (_filled == _bounds.Length)
            Array.Resize(ref _bounds, 2 * _bounds.Length);
        _bounds[_filled++] = start;
        _bounds[_filled++] = end;
        _position = end + 2;
        return FrameStatus.Complete;
    }

    private FrameStatus ReadNumber(
        ReadOnlySpan<byte> buffer, byte mark, int from, out int number, out int next)
    {
        (number, next) = (0, 0);
        Needed = Math.Max(from + 4, buffer.Length + 1);
        if (from >= buffer.Length)
            return FrameStatus.Incomplete;
        if (buffer[from] != mark)
            return FrameStatus.Malformed;
        var at = from + 1;
        long value = 0;
        while (at < buffer.Length && char.IsAsciiDigit((char)buffer[at]) && at - from <= DigitsAtMost)
            value = (10 * value) + buffer[at++] - '0';
        if (value > int.MaxValue || (at - from > 2 && buffer[from + 1] == '0'))
            return FrameStatus.Malformed;
        (number, next) = ((int)value, at + 2);
        return EndOfNumber(buffer[at..], at - from - 1);
    }

    private static FrameStatus EndOfNumber(ReadOnlySpan<byte> rest, int digits)
    {
        if (rest.IsEmpty)
            return FrameStatus.Incomplete;
        if (digits == 0 || rest[0] != '\r')
            return FrameStatus.Malformed;
        if (rest.Length == 1)
            return FrameStatus.Incomplete;
        return rest[1] == '\n' ? FrameStatus.Complete : FrameStatus.Malformed;
    }
}
