using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What was found of blocks when a stream was read. Never changes.</summary>
/// <param name="All">Block for block: up to which offset it was read, and what was there.</param>
internal sealed record SeenBlocks(ImmutableList<(ulong Next, QueueTally Tally)> All)
{
    internal static SeenBlocks None { get; } = new(ImmutableList<(ulong, QueueTally)>.Empty);

    /// <summary>Whether nothing is left to be read of these blocks.</summary>
    internal bool IsAll(ImmutableList<StreamBlock> blocks) => All.Count == blocks.Count
        && (blocks.Count == 0 || All[^1].Next >= blocks[^1].End);

    /// <summary>How many units in all, and a hash over the chains of all blocks.</summary>
    internal QueueTally Tally()
    {
        if (All.Count == 0)
            return QueueTally.None;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> count = stackalloc byte[8];
        foreach (var (_, tally) in All)
        {
            BinaryPrimitives.WriteInt64BigEndian(count, tally.Count);
            hash.AppendData(count);
            hash.AppendData(tally.Chain);
        }
        return new QueueTally(All.Sum(one => one.Tally.Count), hash.GetHashAndReset());
    }
}
