using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What lies in a stream under one entry: a message, or several that a client put together, which stay
/// together as they are.</summary>
/// <param name="Offset">Of its first message.</param>
/// <param name="Records">How many offsets it takes: how many messages it holds.</param>
/// <param name="Form">0 for one message; for several the entry's first byte, which says how they are
/// compressed.</param>
/// <param name="Unpacked">For several: how many bytes they have uncompressed.</param>
/// <param name="Body">Byte for byte as it lies there; never changed.</param>
internal sealed record StreamUnit(ulong Offset, uint Records, byte Form, uint Unpacked, ReadOnlyMemory<byte> Body)
{
    private readonly Lazy<UInt128> _hash = new(() => HashOf(Records, Form, Unpacked, Body.Span));

    /// <summary>The offset after it.</summary>
    internal ulong End => Offset + Records;

    /// <summary>The first half of SHA-256 over everything but its offset. Frozen: ledgers hold it.</summary>
    internal UInt128 Hash => _hash.Value;

    /// <summary>Hashed anew, whatever was found before.</summary>
    internal UInt128 HashAnew() => HashOf(Records, Form, Unpacked, Body.Span);

    private static UInt128 HashOf(uint records, byte form, uint unpacked, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[9];
        head[0] = form;
        BinaryPrimitives.WriteUInt32BigEndian(head[1..], records);
        BinaryPrimitives.WriteUInt32BigEndian(head[5..], unpacked);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        hash.AppendData(body);
        Span<byte> result = stackalloc byte[32];
        hash.GetHashAndReset(result);
        return BinaryPrimitives.ReadUInt128BigEndian(result);
    }
}
