namespace Godwit.Tests.Simulation;

/// <summary>Chance that can be repeated: the same seed gives the same throws for ever (SplitMix64).</summary>
public sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Seed { get; } = seed;

    /// <summary>A number from 0 to below <paramref name="sides"/>.</summary>
    public int Next(int sides)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sides, 1);
        return (int)(Throw() % (ulong)sides);
    }

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Throw() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True in about <paramref name="odds"/> of all throws.</summary>
    public bool Says(double odds) => odds > 0 && Fraction() < odds;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>Dice of their own for a part of the world, so that its throws do not shift those of the
    /// others.</summary>
    public Dice Split() => new(Throw());

    private ulong Throw()
    {
        var mixed = unchecked(_state += 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return mixed ^ (mixed >> 31);
    }
}
