using System.Buffers.Binary;

namespace Godwit.Cli.Demo.Shop;

/// <summary>Chance that a seed repeats, cheap enough to have its own dice for every row.</summary>
internal sealed class Dice(params ReadOnlySpan<int> seeds)
{
    private ulong _state = Mix(seeds);

    /// <summary>From 0 to below the limit.</summary>
    public int Below(int limit) => (int)(Next() % (uint)limit);

    public bool Lucky(int oneIn) => Below(oneIn) == 0;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        var rest = bytes.AsSpan();
        for (; rest.Length >= sizeof(ulong); rest = rest[sizeof(ulong)..])
            BinaryPrimitives.WriteUInt64LittleEndian(rest, Next());
        for (var i = 0; i < rest.Length; i++)
            rest[i] = (byte)Next();
        return bytes;
    }

    /// <summary>SplitMix64.</summary>
    private ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static ulong Mix(ReadOnlySpan<int> seeds)
    {
        var state = 0xCBF29CE484222325;
        foreach (var one in seeds)
            state = (state ^ (uint)one) * 0x100000001B3;
        return state;
    }
}
