using System.Buffers.Binary;
using System.Text;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Reads the fields of one message of the plug-in <c>pgoutput</c>, protocol version 1.</summary>
/// <remarks>PostgreSQL documentation, "Logical Replication Message Formats".</remarks>
internal ref struct LogMessage(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    internal byte Byte()
    {
        var one = _rest[0];
        _rest = _rest[1..];
        return one;
    }

    internal ushort Number16()
    {
        var value = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        _rest = _rest[2..];
        return value;
    }

    internal uint Number32()
    {
        var value = BinaryPrimitives.ReadUInt32BigEndian(_rest);
        _rest = _rest[4..];
        return value;
    }

    internal ulong Number64()
    {
        var value = BinaryPrimitives.ReadUInt64BigEndian(_rest);
        _rest = _rest[8..];
        return value;
    }

    internal ReadOnlySpan<byte> Bytes(int count)
    {
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    internal string Name()
    {
        var end = _rest.IndexOf((byte)0);
        var name = Encoding.UTF8.GetString(_rest[..end]);
        _rest = _rest[(end + 1)..];
        return name;
    }

    internal readonly byte Next => _rest.IsEmpty ? (byte)0 : _rest[0];
}
