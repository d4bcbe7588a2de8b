using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What went over of one queue: how many messages, and a hash over the hashes of all in their order.</summary>
/// <param name="Count">How many.</param>
/// <param name="Chain">Thirty-two bytes: SHA-256 of the chain before and the next message's hash; zeros before the
/// first. Never written to.</param>
internal sealed record QueueTally(long Count, byte[] Chain)
{
    internal static QueueTally None { get; } = new(0, new byte[32]);

    internal QueueTally Add(UInt128 hash)
    {
        Span<byte> link = stackalloc byte[48];
        Chain.CopyTo(link);
        BinaryPrimitives.WriteUInt128BigEndian(link[32..], hash);
        return new QueueTally(Count + 1, SHA256.HashData(link));
    }
}
