using System.Collections.Immutable;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Which offset of one side is which of the other, for everything that Godwit wrote to one stream. Never
/// changes.</summary>
/// <remarks>A span begins where offsets skip at one side only: brokers give some to notes of their own, and others may
/// write between.</remarks>
internal sealed record OffsetMap(ImmutableList<OffsetSpan> Spans)
{
    internal static OffsetMap None { get; } = new(ImmutableList<OffsetSpan>.Empty);

    /// <param name="pairs">By growing offsets.</param>
    internal OffsetMap Add(IEnumerable<OffsetSpan> pairs)
    {
        var spans = Spans.ToBuilder();
        foreach (var pair in pairs)
        {
            if (spans.Count > 0 && spans[^1] is var last
                && last.There + last.Count == pair.There && last.EndHere == pair.Here)
                spans[^1] = last with { Count = last.Count + pair.Count };
            else
                spans.Add(pair);
        }
        return new OffsetMap(spans.ToImmutable());
    }

    /// <summary>Whether Godwit wrote what lies at an offset of this side.</summary>
    internal bool Covers(ulong here) => Next(here) is { } span && span.Here <= here;

    /// <summary>The span that an offset of this side lies in, or else the next one after it; null when there is
    /// none.</summary>
    internal OffsetSpan? Next(ulong here)
    {
        var (low, high) = (0, Spans.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Spans[middle].EndHere <= here)
                low = middle + 1;
            else
                high = middle;
        }
        return low < Spans.Count ? Spans[low] : null;
    }

    internal void Write(BinaryWriter file)
    {
        file.Write(Spans.Count);
        foreach (var span in Spans)
        {
            file.Write(span.There);
            file.Write(span.Here);
            file.Write(span.Count);
        }
    }

    internal static OffsetMap Read(BinaryReader file)
    {
        var spans = ImmutableList.CreateBuilder<OffsetSpan>();
        for (var left = file.ReadInt32(); left > 0; left--)
            spans.Add(new OffsetSpan(file.ReadUInt64(), file.ReadUInt64(), file.ReadUInt64()));
        return new OffsetMap(spans.ToImmutable());
    }
}
