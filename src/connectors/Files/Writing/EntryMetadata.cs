using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Mode, owner, times and attributes to be given to one entry.</summary>
internal readonly record struct EntryMetadata(uint Mode, uint User, uint Group, long Modified, byte[]? Attributes)
{
    internal static EntryMetadata Of(RecordBatch batch, int record) => new(
        (uint)batch.IntegerAt(record, FilesSchema.Mode),
        (uint)batch.IntegerAt(record, FilesSchema.User),
        (uint)batch.IntegerAt(record, FilesSchema.Group),
        batch.IntegerAt(record, FilesSchema.Modified),
        batch.KindAt(record, FilesSchema.Attributes) == ValueKind.Null
            ? null : batch.BytesAt(record, FilesSchema.Attributes).ToArray());

    /// <summary>The same with what belonged to the very bytes that were copied: the record may be older than
    /// they.</summary>
    internal EntryMetadata At(IContent content) =>
        content is FileContent { Status: var status }
            ? new EntryMetadata(status.Mode, status.User, status.Group, status.Modified, Attributes)
            : this;

    /// <summary>Applies everything to an open file or directory; the time comes last, because the others change
    /// nothing of it.</summary>
    /// <param name="now">What the entry has now.</param>
    internal void ApplyTo(int file, ReadOnlySpan<byte> path, in EntryNow now)
    {
        // The owner first: changing it takes away set-user-id bits and capabilities.
        if (Posix.User == 0 && (User != now.User || Group != now.Group))
            Check(Posix.ChangeOwner(file, User, Group), "set the owner of", path);
        if (Mode != now.Mode || (Mode & 0xe00) != 0)
            Check(Posix.ChangeMode(file, Mode), "set the mode of", path);
        ExtendedAttributes.Write(file, Attributes, path, now.IsNew);
        Check(Posix.SetModified(file, Modified), "set the time of", path);
    }

    private static void Check(int result, string action, ReadOnlySpan<byte> path)
    {
        if (result < 0)
            throw FilesProblems.From(result, action, path);
    }
}
