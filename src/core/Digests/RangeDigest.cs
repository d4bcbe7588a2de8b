namespace Godwit.Core.Digests;

/// <summary>Count, sum and xor of the record digests of a key range. Order does not matter; all three must
/// agree.</summary>
/// <remarks>Xor alone cancels pairs, a sum alone can be balanced, a count alone sees nothing: together they miss
/// a difference by chance once in about 2^64.</remarks>
public readonly record struct RangeDigest(long Count, ulong Sum, ulong Xor)
{
    public RangeDigest Add(ulong record) => new(Count + 1, unchecked(Sum + record), Xor ^ record);

    public static RangeDigest operator +(RangeDigest left, RangeDigest right) =>
        new(left.Count + right.Count, unchecked(left.Sum + right.Sum), left.Xor ^ right.Xor);

    public override string ToString() => $"{Count}:{Sum:x16}:{Xor:x16}";
}
