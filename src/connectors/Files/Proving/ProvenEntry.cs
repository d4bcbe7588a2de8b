using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Digests;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Proving;

/// <summary>One entry as it lies on the disk, its content hashed.</summary>
/// <param name="Kind">A later path of a file with several names is a <see cref="EntryKind.HardLink"/>.</param>
/// <param name="Status">As the kernel tells.</param>
/// <param name="Link">Where a symbolic link leads, or the first path of a hard link.</param>
/// <param name="Attributes">Canonical form; null for none.</param>
/// <param name="Content">SHA-256 of a file.</param>
internal sealed record ProvenEntry(EntryKind Kind, FileStatus Status, byte[]? Link, byte[]? Attributes, byte[]? Content)
{
    private static readonly bool OwnersCount = Posix.User == 0;

    /// <summary>The digest of the record; frozen, because receipts hold it.</summary>
    /// <remarks>
    /// The values of the columns in their order, the SHA-256 last, but: owner and group are null unless we are root,
    /// who
    /// alone can set them; the time of a directory is null, because every write into it changes it; a hard link is its
    /// path, its kind and the path it belongs to: all else is its file's.
    /// </remarks>
    internal ulong Digest(RecordHasher hasher, ReadOnlySpan<byte> path)
    {
        hasher.AddBytes(path);
        hasher.AddInteger((int)Kind);
        if (Kind != EntryKind.HardLink)
        {
            hasher.AddInteger(FilesSchema.ModeOf(Status));
            AddOwner(hasher, Status.User);
            AddOwner(hasher, Status.Group);
            if (Kind == EntryKind.Directory)
                hasher.AddNull();
            else
                hasher.AddInteger(Status.Modified);
            hasher.AddInteger(FilesSchema.SizeOf(Status));
        }
        Add(hasher, Link);
        Add(hasher, Attributes);
        Add(hasher, Content);
        return hasher.End();
    }

    internal void AppendTo(RecordBatch batch, ReadOnlySpan<byte> path) =>
        FilesSchema.AppendTo(batch, path, Kind, Status, Link, Attributes, Content);

    private static void AddOwner(RecordHasher hasher, uint owner)
    {
        if (OwnersCount)
            hasher.AddInteger(owner);
        else
            hasher.AddNull();
    }

    private static void Add(RecordHasher hasher, byte[]? bytes)
    {
        if (bytes is null)
            hasher.AddNull();
        else
            hasher.AddBytes(bytes);
    }
}
