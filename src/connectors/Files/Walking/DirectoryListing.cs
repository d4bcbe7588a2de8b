using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Files.Walking;

/// <summary>The names in one directory, sorted bytewise, in one block of memory.</summary>
internal sealed class DirectoryListing
{
    private const int BufferSize = 1 << 16;
    private const byte TypeUnknown = 0;
    private const byte TypeOfDirectory = 4;

    private readonly NameFilter _wanted;
    private byte[] _names = new byte[1024];
    private NamePlace[] _places = new NamePlace[32];
    private int _used;

    private DirectoryListing(NameFilter wanted) => _wanted = wanted;

    private delegate bool NameFilter(ReadOnlySpan<byte> name);

    internal int Count { get; private set; }

    /// <summary>Bytes of memory held.</summary>
    internal long Size => _names.Length + (16L * _places.Length);

    internal ReadOnlySpan<byte> this[int index] => _names.AsSpan(_places[index].Offset, _places[index].Length);

    /// <summary>What the listing itself said; a file system may leave it open.</summary>
    internal bool IsSurelyNoDirectory(int index) => _places[index].Type is not (TypeOfDirectory or TypeUnknown);

    /// <summary>Lists an open directory from its beginning, without Godwit's own names.</summary>
    /// <exception cref="GodwitException">It cannot be read.</exception>
    internal static DirectoryListing Read(int directory, bool isRoot, ReadOnlySpan<byte> path)
    {
        var listing = new DirectoryListing(name => !OwnNames.IsOwn(name, isRoot));
        listing.Fill(directory, path);
        return listing;
    }

    /// <summary>The same with Godwit's own names, to remove everything.</summary>
    internal static DirectoryListing ReadAll(int directory, ReadOnlySpan<byte> path)
    {
        var listing = new DirectoryListing(_ => true);
        listing.Fill(directory, path);
        return listing;
    }

    private void Fill(int directory, ReadOnlySpan<byte> path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        _ = Posix.Rewind(directory);
        int filled;
        while ((filled = Posix.ReadDirectory(directory, buffer)) > 0)
            Add(buffer.AsSpan(0, filled));
        ArrayPool<byte>.Shared.Return(buffer);
        if (filled < 0 && filled != -Errno.NoEntry)
            throw FilesProblems.From(filled, "list the directory", path);
        Sort();
    }

    /// <summary>Index of the first name that is not below the given one.</summary>
    internal int LowerBound(ReadOnlySpan<byte> name)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (this[middle].SequenceCompareTo(name) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private void Add(ReadOnlySpan<byte> entries)
    {
        while (!entries.IsEmpty)
        {
            // struct linux_dirent64: inode, offset, length of this entry, type, name up to a zero.
            var length = BinaryPrimitives.ReadUInt16LittleEndian(entries[16..]);
            var name = entries[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!IsDots(name) && _wanted(name))
                Keep(name, entries[18]);
            entries = entries[length..];
        }
    }

    private static bool IsDots(ReadOnlySpan<byte> name) => name is [(byte)'.'] or [(byte)'.', (byte)'.'];

    private void Keep(ReadOnlySpan<byte> name, byte type)
    {
        if (_names.Length - _used < name.Length)
            Array.Resize(ref _names, Math.Max(_names.Length * 2, _used + name.Length));
        if (Count == _places.Length)
            Array.Resize(ref _places, Count * 2);
        name.CopyTo(_names.AsSpan(_used));
        _places[Count++] = new NamePlace(Prefix(name), _used, (ushort)name.Length, type);
        _used += name.Length;
    }

    private void Sort()
    {
        _places.AsSpan(0, Count).Sort(new ByName(_names));
        // A rename while the directory was listed may show a name twice.
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (i == 0 || !this[i].SequenceEqual(this[kept - 1]))
                _places[kept++] = _places[i];
        }
        Count = kept;
    }

    private static ulong Prefix(ReadOnlySpan<byte> name)
    {
        if (name.Length >= 8)
            return BinaryPrimitives.ReadUInt64BigEndian(name);
        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        name.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct NamePlace(ulong Prefix, int Offset, ushort Length, byte Type);

    private readonly struct ByName(byte[] names) : IComparer<NamePlace>
    {
        public int Compare(NamePlace left, NamePlace right) =>
            left.Prefix != right.Prefix
                ? left.Prefix.CompareTo(right.Prefix)
                : names.AsSpan(left.Offset, left.Length).SequenceCompareTo(names.AsSpan(right.Offset, right.Length));
    }
}
