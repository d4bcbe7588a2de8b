using System.Buffers;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;
using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Compares an entry with the one of the same path at the other side.</summary>
internal static class EntryComparison
{
    private const int BufferSize = 1 << 17;

    /// <summary>Whether what the kernel tells is the same: kind, mode, owner when it counts, time and size.</summary>
    internal static bool IsSameMetadata(in FileStatus source, in FileStatus peer) =>
        source.Kind == peer.Kind
        && FilesSchema.ModeOf(source) == FilesSchema.ModeOf(peer)
        && source.Modified == peer.Modified
        && FilesSchema.SizeOf(source) == FilesSchema.SizeOf(peer)
        && (Posix.User != 0 || (source.User == peer.User && source.Group == peer.Group));

    internal static bool IsSameLink(EntryPlace source, EntryPlace peer) =>
        EntryReader.ReadLink(source.Directory, source.Name, source.Path) is { } one
        && EntryReader.ReadLink(peer.Directory, peer.Name, peer.Path) is { } other
        && one.AsSpan().SequenceEqual(other);

    /// <summary>Byte by byte and with the attributes, for entries whose times cannot be trusted.</summary>
    internal static bool IsSameContent(EntryPlace source, EntryPlace peer)
    {
        if (!Equal(
            ExtendedAttributes.Read(source.Directory, source.Name, source.Kind, source.Path),
            ExtendedAttributes.Read(peer.Directory, peer.Name, peer.Kind, peer.Path)))
            return false;
        if (source.Kind != EntryKind.File)
            return true;
        var one = Posix.Open(source.Directory, source.Name, OpenFlags.Content);
        var other = Posix.Open(peer.Directory, peer.Name, OpenFlags.Content);
        try
        {
            return one >= 0 && other >= 0 && IsSameContent(one, other);
        }
        finally
        {
            if (one >= 0)
                _ = Posix.Close(one);
            if (other >= 0)
                _ = Posix.Close(other);
        }
    }

    private static bool IsSameContent(int one, int other)
    {
        var left = ArrayPool<byte>.Shared.Rent(BufferSize);
        var right = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var offset = 0L; ; offset += BufferSize)
            {
                var (a, b) = (Fill(one, left, offset), Fill(other, right, offset));
                if (a < 0 || a != b || !left.AsSpan(0, a).SequenceEqual(right.AsSpan(0, b)))
                    return false;
                if (a < BufferSize)
                    return true;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(left);
            ArrayPool<byte>.Shared.Return(right);
        }
    }

    private static int Fill(int file, byte[] into, long offset)
    {
        var filled = 0;
        while (filled < BufferSize)
        {
            var read = Posix.Read(file, into.AsSpan(filled, BufferSize - filled), offset + filled);
            if (read < 0)
                return read;
            if (read == 0)
                break;
            filled += read;
        }
        return filled;
    }

    private static bool Equal(byte[]? one, byte[]? other) =>
        one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other);
}
