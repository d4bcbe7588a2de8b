using System.Collections.Immutable;
using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Everything of one stream that went over in one direction, in blocks of equal count, so that both sides cut
/// it at the same messages. Never changes.</summary>
internal sealed record StreamBlocks(ImmutableList<StreamBlock> All)
{
    /// <summary>Frozen: both sides' ledgers count by it. Of a block that retention has cut at one side nothing can be
    /// proved, so it is not larger.</summary>
    internal const int Size = 8_192;

    internal static StreamBlocks None { get; } = new(ImmutableList<StreamBlock>.Empty);

    /// <param name="units">By their offsets at this side.</param>
    internal StreamBlocks Add(IEnumerable<UnitMark> units)
    {
        var all = All.ToBuilder();
        foreach (var unit in units)
        {
            var end = unit.Offset + unit.Records;
            if (all.Count == 0 || all[^1].Tally.Count == Size)
                all.Add(new StreamBlock(unit.Offset, end, QueueTally.None.Add(unit.Hash)));
            else
                all[^1] = all[^1] with { End = end, Tally = all[^1].Tally.Add(unit.Hash) };
        }
        return new StreamBlocks(all.ToImmutable());
    }

    internal void Write(BinaryWriter file)
    {
        file.Write(All.Count);
        foreach (var block in All)
        {
            file.Write(block.First);
            file.Write(block.End);
            file.Write(block.Tally.Count);
            file.Write(block.Tally.Chain);
        }
    }

    internal static StreamBlocks Read(BinaryReader file)
    {
        var all = ImmutableList.CreateBuilder<StreamBlock>();
        for (var left = file.ReadInt32(); left > 0; left--)
            all.Add(new StreamBlock(
                file.ReadUInt64(), file.ReadUInt64(), new QueueTally(file.ReadInt64(), file.ReadBytes(32))));
        return new StreamBlocks(all.ToImmutable());
    }
}
