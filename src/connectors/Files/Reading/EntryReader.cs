using System.Buffers;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Reading;

/// <summary>Makes a record of an entry: its status, where a link leads, its extended attributes.</summary>
internal static class EntryReader
{
    private const int LongestLink = 4096;

    /// <summary>Appends the record of an entry, unless it has vanished or cannot be moved.</summary>
    /// <param name="directory">Held; the entry is <paramref name="name"/> in it.</param>
    /// <returns>Whether a record was appended.</returns>
    internal static bool Append(
        RecordBatch batch, HardLinks links, int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path,
        in FileStatus status)
    {
        switch (status.Kind)
        {
            case EntryKind.Symlink:
                var leadsTo = ReadLink(directory, name, path);
                if (leadsTo is null)
                    return false;
                FilesSchema.AppendTo(batch, path, EntryKind.Symlink, status, leadsTo, null);
                return true;
            case EntryKind.File:
                var first = links.FirstPathOf(path, status);
                var kind = first is null ? EntryKind.File : EntryKind.HardLink;
                var attributes = ExtendedAttributes.Read(directory, name, status.Kind, path);
                FilesSchema.AppendTo(batch, path, kind, status, first, attributes);
                return true;
            case EntryKind.Directory:
                FilesSchema.AppendTo(
                    batch, path, status.Kind, status, null,
                    ExtendedAttributes.Read(directory, name, status.Kind, path));
                return true;
            case EntryKind.Other:
                return false;
            case EntryKind.HardLink:
            default:
                throw new InvalidOperationException($"Entry kind {status.Kind}.");
        }
    }

    /// <summary>Where a symbolic link leads, as bytes; null when it is none any more.</summary>
    internal static byte[]? ReadLink(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(LongestLink);
        var length = Posix.ReadLink(directory, name, buffer);
        var link = length < 0 ? null : buffer.AsSpan(0, length).ToArray();
        ArrayPool<byte>.Shared.Return(buffer);
        return link is null && !Errno.IsGone(length) && length != -Errno.Invalid
            ? throw FilesProblems.From(length, "read the link", path)
            : link;
    }
}
