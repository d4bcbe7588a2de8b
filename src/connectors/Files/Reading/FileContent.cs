using Godwit.Connectors.Files.Kernel;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Reading;

/// <summary>The bytes of one file, through a descriptor: whatever happens to its name, it stays the file that was
/// opened.</summary>
internal sealed class FileContent : IContent
{
    private readonly byte[] _path;
    private readonly Action<byte[]>? _changed;
    private readonly FileStatus _status;
    private int _file;

    /// <param name="changed">Told the path when the file was written to while it was open.</param>
    internal FileContent(int file, in FileStatus status, byte[] path, Action<byte[]>? changed) =>
        (_file, _status, _path, _changed) = (file, status, path, changed);

    public long Length => _status.Size;

    /// <summary>Inode, size and times when it was opened: metadata that belongs to exactly these bytes.</summary>
    internal ref readonly FileStatus Status => ref _status;

    internal int Number => _file;

    public (long Start, long End) DataAt(long offset)
    {
        if (offset >= Length)
            return (Length, Length);
        if (!_status.IsSparse)
            return (offset, Length);
        var start = Posix.SeekData(_file, offset);
        if (start == -Errno.NoDevice)
            return (Length, Length);
        if (start < 0)
            return (offset, Length);
        var end = Posix.SeekHole(_file, start);
        return (Math.Min(start, Length), end < 0 ? Length : Math.Min(end, Length));
    }

    public ValueTask<int> Read(long offset, Memory<byte> into, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Read(offset, into.Span));
    }

    internal int Read(long offset, Span<byte> into)
    {
        var read = Posix.Read(_file, into, offset);
        return read >= 0 ? read : throw FilesProblems.From(read, "read", _path);
    }

    public bool IsUnchanged()
    {
        var result = Posix.Status(_file, out var now);
        if (result >= 0 && now.IsSameVersion(_status))
            return true;
        _changed?.Invoke(_path);
        return false;
    }

    public ValueTask DisposeAsync()
    {
        if (_file >= 0)
            _ = Posix.Close(_file);
        _file = -1;
        return ValueTask.CompletedTask;
    }
}
