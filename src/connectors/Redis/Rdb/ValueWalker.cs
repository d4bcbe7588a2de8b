using System.Runtime.CompilerServices;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Finds the end of a value without decoding it; may be given the bytes in any pieces.</summary>
/// <remarks>
/// A shape says what a value is made of: <c>s</c> a string, <c>l</c> a length, <c>4</c> and <c>8</c> so many bytes,
/// <c>i</c> a stream's id (16 bytes), <c>t</c> a score as text, <c>m</c> module items up to their end, and <c>(…)</c> a
/// length followed by that many times what stands between. Every repetition takes bytes, so no count makes it spin.
/// </remarks>
internal struct ValueWalker(string shape)
{
    private readonly string _shape = shape;
    private int _at;
    private int _depth;
    private Loops _loops;

    /// <summary>Bytes that belong to the string that was met last and have not been seen yet.</summary>
    internal long Ahead { get; private set; }

    /// <param name="at">From where; moved to the end of the value or behind the last whole part of it.</param>
    /// <param name="origin">Position of the first byte, for messages.</param>
    /// <returns>Whether the end was met; otherwise the rest from <paramref name="at"/> on and more is needed.</returns>
    internal bool Walk(ReadOnlySpan<byte> bytes, ref int at, long origin)
    {
        while (true)
        {
            if (Ahead > 0)
            {
                var seen = (int)Math.Min(Ahead, bytes.Length - at);
                at += seen;
                Ahead -= seen;
                if (Ahead > 0)
                    return false;
            }
            if (_at == _shape.Length)
                return true;
            if (!Step(bytes, ref at, origin))
                return false;
        }
    }

    private bool Step(ReadOnlySpan<byte> bytes, ref int at, long origin)
    {
        switch (_shape[_at])
        {
            case 's':
                if (!TryString(bytes, ref at, origin))
                    return false;
                break;
            case 'l':
                if (!RdbLength.TryRead(bytes, ref at, origin, out _))
                    return false;
                break;
            case '4':
                Ahead = 4;
                break;
            case '8':
                Ahead = 8;
                break;
            case 'i':
                Ahead = 16;
                break;
            case 't':
                if (!TryScore(bytes, ref at))
                    return false;
                break;
            case 'm':
                return TryModuleItem(bytes, ref at, origin);
            case '(':
                return TryEnter(bytes, ref at, origin);
            default:
                Repeat();
                return true;
        }
        _at++;
        return true;
    }

    private bool TryEnter(ReadOnlySpan<byte> bytes, ref int at, long origin)
    {
        if (!RdbLength.TryRead(bytes, ref at, origin, out var count))
            return false;
        if (count == 0)
        {
            LeaveOut();
            return true;
        }
        _at++;
        _loops[_depth++] = new Loop(_at, count);
        return true;
    }

    private void Repeat()
    {
        ref var loop = ref _loops[_depth - 1];
        if (--loop.Left > 0)
        {
            _at = loop.Start;
            return;
        }
        _depth--;
        _at++;
    }

    private void LeaveOut()
    {
        var open = 0;
        do
        {
            open += _shape[_at] switch { '(' => 1, ')' => -1, _ => 0 };
            _at++;
        }
        while (open > 0);
    }

    private bool TryString(ReadOnlySpan<byte> bytes, ref int at, long origin)
    {
        var next = at;
        if (!RdbLength.TryRead(bytes, ref next, origin, out var length, out var isForm))
            return false;
        if (isForm && length == RdbLength.Compressed)
        {
            if (!RdbLength.TryRead(bytes, ref next, origin, out length)
                || !RdbLength.TryRead(bytes, ref next, origin, out _))
                return false;
        }
        else if (isForm)
        {
            length = length <= RdbLength.Int32
                ? 1UL << (int)length
                : throw new RdbException($"A string has the form {length}, which means nothing", origin + at);
        }
        if (length > RdbLength.MostBytes)
            throw new RdbException($"A string claims to have {length} bytes", origin + at);
        Ahead = (long)length;
        at = next;
        return true;
    }

    private bool TryScore(ReadOnlySpan<byte> bytes, ref int at)
    {
        if (at >= bytes.Length)
            return false;
        var length = bytes[at++];
        Ahead = length >= ScoreText.NotANumber ? 0 : length;
        return true;
    }

    /// <summary>A kind (0 the end, 1 and 2 integers, 3 a float, 4 a double, 5 a string) and a value.</summary>
    private bool TryModuleItem(ReadOnlySpan<byte> bytes, ref int at, long origin)
    {
        var next = at;
        if (!RdbLength.TryRead(bytes, ref next, origin, out var kind))
            return false;
        switch (kind)
        {
            case 0:
                _at++;
                break;
            case 1 or 2:
                if (!RdbLength.TryRead(bytes, ref next, origin, out _))
                    return false;
                break;
            case 3 or 4:
                Ahead = kind == 3 ? 4 : 8;
                break;
            case 5:
                if (!TryString(bytes, ref next, origin))
                    return false;
                break;
            default:
                throw new RdbException($"A module's item has the kind {kind}, which means nothing", origin + at);
        }
        at = next;
        return true;
    }

    private record struct Loop(int Start, ulong Left);

    /// <summary>A group in a stream has consumers, and a consumer has pending entries.</summary>
    [InlineArray(3)]
    private struct Loops
    {
        private Loop _outermost;
    }
}
