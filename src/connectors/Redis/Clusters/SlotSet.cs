using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis.Commands;

namespace Godwit.Connectors.Redis.Clusters;

/// <summary>Some of the 16384 slots of a cluster; written as ranges: <c>0-5460,9000</c>.</summary>
internal sealed class SlotSet : IEquatable<SlotSet>
{
    private const int Width = 64;

    private readonly ulong[] _bits = new ulong[KeySlot.Count / Width];

    private SlotSet()
    {
    }

    internal static SlotSet All { get; } = Of([(0, KeySlot.Count - 1)]);

    internal int Count => _bits.Sum(System.Numerics.BitOperations.PopCount);

    internal bool IsEmpty => Array.TrueForAll(_bits, one => one == 0);

    /// <summary>The lowest of them; there has to be one.</summary>
    internal int First => Enumerable.Range(0, KeySlot.Count).First(Contains);

    /// <summary>The highest of them; there has to be one.</summary>
    internal int Last => Enumerable.Range(0, KeySlot.Count).Last(Contains);

    /// <param name="ranges">First and last of each, both in it.</param>
    internal static SlotSet Of(IEnumerable<(int First, int Last)> ranges)
    {
        var set = new SlotSet();
        foreach (var (first, last) in ranges)
        {
            for (var slot = first; slot <= last; slot++)
                set._bits[slot / Width] |= 1UL << (slot % Width);
        }
        return set;
    }

    /// <returns>False when it is none, or none that has a slot.</returns>
    internal static bool TryParse(string text, out SlotSet slots)
    {
        var ranges = new List<(int, int)>();
        slots = new SlotSet();
        foreach (var part in text.Split(','))
        {
            var ends = part.Split('-', 2);
            if (!TrySlot(ends[0], out var first) || !TrySlot(ends[^1], out var last) || last < first)
                return false;
            ranges.Add((first, last));
        }
        slots = Of(ranges);
        return true;
    }

    internal bool Contains(int slot) => (_bits[slot / Width] >> (slot % Width) & 1) != 0;

    internal bool Contains(SlotSet other) => other.Both(this).Equals(other);

    /// <summary>Those that are in this one and in another.</summary>
    internal SlotSet Both(SlotSet other)
    {
        var both = new SlotSet();
        for (var i = 0; i < _bits.Length; i++)
            both._bits[i] = _bits[i] & other._bits[i];
        return both;
    }

    /// <summary>Those that are in this one or in another.</summary>
    internal SlotSet With(SlotSet other)
    {
        var all = new SlotSet();
        for (var i = 0; i < _bits.Length; i++)
            all._bits[i] = _bits[i] | other._bits[i];
        return all;
    }

    public bool Equals(SlotSet? other) => other is not null && _bits.AsSpan().SequenceEqual(other._bits);

    public override bool Equals(object? obj) => Equals(obj as SlotSet);

    public override int GetHashCode() => _bits.Aggregate(17, (hash, one) => HashCode.Combine(hash, one));

    public override string ToString()
    {
        var text = new StringBuilder();
        for (var slot = 0; slot < KeySlot.Count; slot++)
        {
            if (!Contains(slot))
                continue;
            var first = slot;
            while (slot + 1 < KeySlot.Count && Contains(slot + 1))
                slot++;
            text.Append(text.Length > 0 ? "," : "").Append(CultureInfo.InvariantCulture, $"{first}");
            if (slot > first)
                text.Append(CultureInfo.InvariantCulture, $"-{slot}");
        }
        return text.ToString();
    }

    private static bool TrySlot(string text, out int slot) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out slot) && slot < KeySlot.Count;
}
