using System.Buffers;

namespace Godwit.Core.Records;

/// <summary>One column of a <see cref="RecordBatch"/>: a kind and a payload for each value, typed per value.</summary>
/// <remarks>
/// Invariant: the first <c>n</c> slots are filled, where <c>n</c> is the number of values appended.
/// For <see cref="ValueKind.Text"/> and <see cref="ValueKind.Bytes"/> the payload is an offset into the batch's arena.
/// </remarks>
internal sealed class RecordColumn
{
    internal ValueKind[] Kinds = ArrayPool<ValueKind>.Shared.Rent(64);
    internal long[] Payloads = ArrayPool<long>.Shared.Rent(64);
    internal int[] Lengths = ArrayPool<int>.Shared.Rent(64);

    internal int Count { get; private set; }

    internal void Append(ValueKind kind, long payload, int length)
    {
        if (Count == Kinds.Length || Count == Payloads.Length || Count == Lengths.Length)
            Grow();
        Kinds[Count] = kind;
        Payloads[Count] = payload;
        Lengths[Count++] = length;
    }

    internal void Clear() => Count = 0;

    internal void Return()
    {
        ArrayPool<ValueKind>.Shared.Return(Kinds);
        ArrayPool<long>.Shared.Return(Payloads);
        ArrayPool<int>.Shared.Return(Lengths);
        (Kinds, Payloads, Lengths) = ([], [], []);
    }

    private void Grow()
    {
        Kinds = Larger(Kinds);
        Payloads = Larger(Payloads);
        Lengths = Larger(Lengths);
    }

    private T[] Larger<T>(T[] old)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(64, Count * 2));
        Array.Copy(old, larger, Count);
        ArrayPool<T>.Shared.Return(old);
        return larger;
    }
}
