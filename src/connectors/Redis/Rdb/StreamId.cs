using System.Buffers.Binary;
using System.Text;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The id of an entry in a stream.</summary>
/// <param name="Ms">Milliseconds since 1970 by the clock of who made it.</param>
/// <param name="Sequence">Counts the entries of one millisecond.</param>
internal readonly record struct StreamId(ulong Ms, ulong Sequence)
{
    internal const int Size = 16;

    internal static StreamId Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public override string ToString() => $"{Ms}-{Sequence}";

    internal bool IsBefore(StreamId other) => Ms < other.Ms || (Ms == other.Ms && Sequence < other.Sequence);

    internal byte[] ToBytes() => Encoding.ASCII.GetBytes(ToString());
}
