using System.Buffers.Binary;
using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>The order in which a memory store splits its tables; written without <see cref="Key.Compare"/>, to check
/// it.</summary>
public sealed class KeyOrder : IComparer<Key>
{
    private readonly bool _backwards;

    private KeyOrder(bool backwards) => _backwards = backwards;

    public static KeyOrder Plain { get; } = new(false);

    /// <summary>For stores that do not claim the plain order: nobody may rely on it then.</summary>
    public static KeyOrder Backwards { get; } = new(true);

    public int Compare(Key? x, Key? y) =>
        _backwards ? ComparePlain(y!.Bytes, x!.Bytes) : ComparePlain(x!.Bytes, y!.Bytes);

    public bool Contains(KeyRange range, Key key) =>
        (range.From is null || Compare(range.From, key) <= 0) && (range.To is null || Compare(key, range.To) < 0);

    private static int ComparePlain(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (!left.IsEmpty && !right.IsEmpty)
        {
            var order = CompareFirst(left, right);
            if (order != 0)
                return order;
            left = left[Size(left)..];
            right = right[Size(right)..];
        }
        return left.Length.CompareTo(right.Length);
    }

    private static int CompareFirst(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        var (kind, other) = ((ValueKind)left[0], (ValueKind)right[0]);
        if (Rank(kind) != Rank(other))
            return Rank(kind) - Rank(other);
        return kind switch
        {
            ValueKind.Null => 0,
            ValueKind.Text or ValueKind.Bytes => left[5..Size(left)].SequenceCompareTo(right[5..Size(right)]),
            ValueKind.Integer when other == ValueKind.Integer => Long(left).CompareTo(Long(right)),
            _ => Number(left).CompareTo(Number(right)),
        };
    }

    private static int Rank(ValueKind kind) => kind == ValueKind.Real ? (int)ValueKind.Integer : (int)kind;

    private static int Size(ReadOnlySpan<byte> value) => (ValueKind)value[0] switch
    {
        ValueKind.Null => 1,
        ValueKind.Integer or ValueKind.Real => 9,
        _ => 5 + BinaryPrimitives.ReadInt32BigEndian(value[1..]),
    };

    private static long Long(ReadOnlySpan<byte> value) => BinaryPrimitives.ReadInt64BigEndian(value[1..]);

    private static double Number(ReadOnlySpan<byte> value) =>
        (ValueKind)value[0] == ValueKind.Integer ? Long(value) : BitConverter.Int64BitsToDouble(Long(value));
}
