using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Files;

/// <summary>The one stream of a file tree: its name and its columns.</summary>
internal static class FilesSchema
{
    internal const string Stream = "files";
    internal const int Path = 0;
    internal const int Kind = 1;
    internal const int Mode = 2;
    internal const int User = 3;
    internal const int Group = 4;
    internal const int Modified = 5;
    internal const int Size = 6;
    internal const int Link = 7;
    internal const int Attributes = 8;

    /// <summary>SHA-256 of the content where records are shown; null where the content itself travels with
    /// them.</summary>
    internal const int Content = 9;

    internal static IReadOnlyList<ColumnSchema> Columns { get; } =
    [
        new("path", "path", false),
        new("kind", "integer", false),
        new("mode", "integer", false),
        new("uid", "integer", false),
        new("gid", "integer", false),
        new("mtime", "nanoseconds", false),
        new("size", "integer", false),
        new("link", "path", true),
        new("xattrs", "bytes", true),
        new("content", "sha256", true),
    ];

    internal static StreamSchema Create(long records, long bytes) => new()
    {
        Name = Stream,
        Columns = Columns,
        KeyColumns = [Path],
        EstimatedRecords = records,
        EstimatedBytes = bytes,
    };

    /// <summary>Permission bits as they count: those of symbolic links mean nothing.</summary>
    internal static uint ModeOf(in FileStatus status) => status.Kind == EntryKind.Symlink ? 0x1ffu : status.Mode;

    /// <summary>Size as it counts: that of directories depends on the file system.</summary>
    internal static long SizeOf(in FileStatus status) => status.Kind == EntryKind.File ? status.Size : 0;

    /// <summary>Appends one whole record.</summary>
    internal static void AppendTo(
        RecordBatch batch, ReadOnlySpan<byte> path, EntryKind kind, in FileStatus status, byte[]? link,
        byte[]? attributes, byte[]? content = null)
    {
        batch.AppendBytes(path);
        batch.AppendInteger((int)kind);
        batch.AppendInteger(ModeOf(status));
        batch.AppendInteger(status.User);
        batch.AppendInteger(status.Group);
        batch.AppendInteger(status.Modified);
        batch.AppendInteger(SizeOf(status));
        AppendBytesOrNull(batch, link);
        AppendBytesOrNull(batch, attributes);
        AppendBytesOrNull(batch, content);
        batch.EndRecord();
    }

    private static void AppendBytesOrNull(RecordBatch batch, byte[]? bytes)
    {
        if (bytes is null)
            batch.AppendNull();
        else
            batch.AppendBytes(bytes);
    }

    internal static Key KeyOf(ReadOnlySpan<byte> path)
    {
        using var batch = new RecordBatch(1);
        batch.AppendBytes(path);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    /// <summary>The path that a key of this stream holds; null for no key.</summary>
    internal static byte[]? PathOf(Key? key)
    {
        if (key is null)
            return null;
        using var batch = key.ToBatch();
        return batch.BytesAt(0, 0).ToArray();
    }
}
