using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Reading;

/// <summary>Opens the files of records by their path, below the held root only.</summary>
/// <param name="changed">Told the path of a file that vanished or was written to while it was read.</param>
internal sealed class TreeContents(TreeRoot root, Action<byte[]>? changed) : IContentSource, IDisposable
{
    private static readonly int Flags = OpenFlags.Content | (Posix.User == 0 ? OpenFlags.NoAccessTime : 0);

    private readonly DirectoryCache _directories = new(root);

    public ValueTask<IContent?> Open(RecordBatch batch, int record, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IContent?>(Open(batch.BytesAt(record, FilesSchema.Path)));
    }

    internal FileContent? Open(ReadOnlySpan<byte> path)
    {
        var opened = OpenNow(path);
        if (opened is null)
        {
            // Either it has gone, or its directory was replaced: look once more from the root.
            _directories.Clear();
            opened = OpenNow(path);
        }
        if (opened is null)
            changed?.Invoke(path.ToArray());
        return opened;
    }

    public void Dispose() => _directories.Dispose();

    private FileContent? OpenNow(ReadOnlySpan<byte> path)
    {
        var directory = _directories.Rent(PathOrder.Parent(path, out var name), out var error);
        if (directory is null)
            return Errno.IsGone(error) ? null : throw FilesProblems.From(error, "open the directory of", path);
        try
        {
            return OpenIn(directory.Number, name, path);
        }
        finally
        {
            directory.DangerousRelease();
        }
    }

    private FileContent? OpenIn(int directory, ReadOnlySpan<byte> name, ReadOnlySpan<byte> path)
    {
        var file = Posix.Open(directory, name, Flags);
        if (file == -Errno.NotPermitted)
            file = Posix.Open(directory, name, OpenFlags.Content);
        if (Errno.IsGone(file) || file == -Errno.NoDevice)
            return null;
        if (file < 0)
            throw FilesProblems.From(file, "open", path);
        var result = Posix.Status(file, out var status);
        if (result >= 0 && status.Kind == EntryKind.File)
            return new FileContent(file, status, path.ToArray(), changed);
        _ = Posix.Close(file);
        return result >= 0 ? null : throw FilesProblems.From(result, "look at", path);
    }
}
