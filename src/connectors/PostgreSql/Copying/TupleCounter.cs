using System.Buffers.Binary;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Counts the tuples of a binary COPY that passes by in parts that are cut anywhere.</summary>
internal sealed class TupleCounter
{
    private readonly byte[] _number = new byte[4];
    private int _numberFilled;
    private long _skip = 15;
    private int _fields;
    private Expects _expects = Expects.ExtensionLength;

    private enum Expects
    {
        ExtensionLength,
        FieldCount,
        FieldLength,
        Nothing,
    }

    internal long Count { get; private set; }

    /// <summary>Whether the end mark has passed.</summary>
    internal bool IsAtEnd => _expects == Expects.Nothing;

    internal void Add(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsAtEnd)
        {
            if (_skip == 0 && _numberFilled == 0 && _expects == Expects.FieldCount)
            {
                bytes = bytes[PassWhole(bytes)..];
                if (bytes.IsEmpty)
                    return;
            }
            if (_skip > 0)
            {
                var passed = (int)Math.Min(_skip, bytes.Length);
                _skip -= passed;
                bytes = bytes[passed..];
                continue;
            }
            var wanted = _expects == Expects.FieldCount ? 2 : 4;
            var taken = Math.Min(wanted - _numberFilled, bytes.Length);
            bytes[..taken].CopyTo(_number.AsSpan(_numberFilled));
            _numberFilled += taken;
            bytes = bytes[taken..];
            if (_numberFilled < wanted)
                return;
            _numberFilled = 0;
            Take();
        }
    }

    /// <summary>Counts the tuples that are here from their first byte to their last: all but those at the
    /// cuts.</summary>
    /// <returns>Where the first one begins that is not.</returns>
    private int PassWhole(ReadOnlySpan<byte> bytes)
    {
        var begin = 0;
        while (LengthOfWhole(bytes[begin..]) is > 0 and var length)
        {
            Count++;
            begin += length;
        }
        return begin;
    }

    /// <returns>0 when the tuple is not here to its end, or is the end mark.</returns>
    private static int LengthOfWhole(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 2)
            return 0;
        var at = 2L;
        for (int fields = BinaryPrimitives.ReadInt16BigEndian(bytes); fields != 0; fields--)
        {
            if (fields < 0 || at > bytes.Length - 4)
                return 0;
            at += 4 + Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(bytes[(int)at..]));
        }
        return at <= bytes.Length ? (int)at : 0;
    }

    private void Take()
    {
        switch (_expects)
        {
            case Expects.ExtensionLength:
                _skip = BinaryPrimitives.ReadInt32BigEndian(_number);
                _expects = Expects.FieldCount;
                break;
            case Expects.FieldCount:
                _fields = BinaryPrimitives.ReadInt16BigEndian(_number);
                _expects = _fields switch { < 0 => Expects.Nothing, 0 => Expects.FieldCount, _ => Expects.FieldLength };
                if (_fields >= 0)
                    Count++;
                break;
            case Expects.FieldLength:
                _skip = Math.Max(0, BinaryPrimitives.ReadInt32BigEndian(_number));
                if (--_fields == 0)
                    _expects = Expects.FieldCount;
                break;
            case Expects.Nothing:
            default:
                throw new InvalidOperationException("Something came after the end mark.");
        }
    }
}
