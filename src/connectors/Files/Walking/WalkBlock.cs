using Godwit.Connectors.Files.Kernel;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Some entries of a walk, one after the other: their paths and what the kernel told of them.</summary>
internal sealed class WalkBlock
{
    private const int Most = 256;

    private readonly FileStatus[] _status = new FileStatus[Most];
    private readonly int[] _ends = new int[Most];
    private byte[] _paths = new byte[Most * 32];

    internal int Count { get; private set; }

    internal bool IsFull => Count == Most;

    internal ReadOnlySpan<byte> PathAt(int index)
    {
        var start = index == 0 ? 0 : _ends[index - 1];
        return _paths.AsSpan(start, _ends[index] - start);
    }

    internal ref readonly FileStatus StatusAt(int index) => ref _status[index];

    internal void Add(ReadOnlySpan<byte> path, in FileStatus status)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        var end = start + path.Length;
        if (end > _paths.Length)
            Array.Resize(ref _paths, Math.Max(_paths.Length * 2, end));
        path.CopyTo(_paths.AsSpan(start));
        (_ends[Count], _status[Count]) = (end, status);
        Count++;
    }
}
