using System.Buffers.Binary;
using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Numbered messages that stand in a queue.</summary>
/// <param name="QueueType">As <c>classic</c> or <c>quorum</c>.</param>
/// <param name="Count">How many, numbered from 0.</param>
/// <param name="Size">Of each body in bytes; at least 8.</param>
internal sealed record QueueLoad(string QueueType, int Count, int Size)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Count:N0} messages of {Size:N0} bytes in a {QueueType} queue");

    /// <summary>The number, and filling that depends on it.</summary>
    internal byte[] Body(int number)
    {
        var body = new byte[Size];
        body.AsSpan(sizeof(long)).Fill((byte)number);
        BinaryPrimitives.WriteInt64BigEndian(body, number);
        return body;
    }

    /// <returns>Null when it is none of these messages.</returns>
    internal int? NumberOf(ReadOnlySpan<byte> body)
    {
        if (body.Length != Size || BinaryPrimitives.ReadInt64BigEndian(body) is not (>= 0 and var number)
            || number >= Count)
            return null;
        return body[sizeof(long)..].ContainsAnyExcept((byte)number) ? null : (int)number;
    }
}
