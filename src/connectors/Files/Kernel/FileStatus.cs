using System.Buffers.Binary;

namespace Godwit.Connectors.Files.Kernel;

/// <summary>What the kernel tells of one entry (statx).</summary>
internal readonly record struct FileStatus(
    EntryKind Kind, uint Mode, uint User, uint Group, long Size, long Blocks, uint Links, FileIdentity Identity,
    long Modified, long Changed, bool IsSocket)
{
    /// <summary>Bytes of <c>struct statx</c>.</summary>
    internal const int StructSize = 256;

    /// <summary>Type, mode, links, owner, times, inode, size and blocks.</summary>
    internal const uint Mask = 0x7ff;

    private const int TypeMask = 0xf000;

    /// <summary>Whether part of the content is a hole: fewer blocks than the size needs.</summary>
    internal bool IsSparse => Blocks * 512 < Size;

    /// <summary>Same inode, size and times: nobody wrote in between.</summary>
    internal bool IsSameVersion(in FileStatus other) =>
        Identity == other.Identity && Size == other.Size && Modified == other.Modified && Changed == other.Changed;

    /// <summary>From <c>struct statx</c>, whose layout is the same on all architectures.</summary>
    internal static FileStatus From(ReadOnlySpan<byte> raw)
    {
        int type = Short(raw, 28);
        return new FileStatus(
            KindOf(type), (uint)(type & 0xfff), Int(raw, 20), Int(raw, 24), (long)Long(raw, 40), (long)Long(raw, 48),
            Int(raw, 16),
            new FileIdentity(((ulong)Int(raw, 136) << 32) | Int(raw, 140), Long(raw, 32)),
            Time(raw[112..]), Time(raw[96..]), (type & TypeMask) == 0xc000);
    }

    private static EntryKind KindOf(int type) => (type & TypeMask) switch
    {
        0x8000 => EntryKind.File,
        0x4000 => EntryKind.Directory,
        0xa000 => EntryKind.Symlink,
        _ => EntryKind.Other,
    };

    private static long Time(ReadOnlySpan<byte> raw) =>
        (BinaryPrimitives.ReadInt64LittleEndian(raw) * 1_000_000_000) + Int(raw, 8);

    private static ushort Short(ReadOnlySpan<byte> raw, int at) => BinaryPrimitives.ReadUInt16LittleEndian(raw[at..]);

    private static uint Int(ReadOnlySpan<byte> raw, int at) => BinaryPrimitives.ReadUInt32LittleEndian(raw[at..]);

    private static ulong Long(ReadOnlySpan<byte> raw, int at) => BinaryPrimitives.ReadUInt64LittleEndian(raw[at..]);
}
