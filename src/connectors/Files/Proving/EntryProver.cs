using System.Buffers;
using System.Security.Cryptography;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Connectors.Kit;

namespace Godwit.Connectors.Files.Proving;

/// <summary>Reads one entry back from the disk and hashes its content. Shares nothing with the code that
/// copies.</summary>
internal sealed class EntryProver(HardLinks links, Throttle throttle) : IDisposable
{
    private const int BufferSize = 1 << 18;

    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <returns>Null when it has vanished or is nothing that is moved.</returns>
    internal ValueTask<ProvenEntry?> Prove(int directory, byte[] name, byte[] path, CancellationToken cancellation)
    {
        var result = Posix.Status(directory, name, out var status);
        if (Errno.IsGone(result))
            return ValueTask.FromResult<ProvenEntry?>(null);
        if (result < 0)
            throw FilesProblems.From(result, "look at", path);
        return status.Kind switch
        {
            EntryKind.File => ProveFile(directory, name, path, status, cancellation),
            EntryKind.Directory => ValueTask.FromResult<ProvenEntry?>(new ProvenEntry(
                EntryKind.Directory, status, null,
                ExtendedAttributes.Read(directory, name, EntryKind.Directory, path), null)),
            EntryKind.Symlink => ValueTask.FromResult(ProveSymlink(directory, name, status)),
            EntryKind.Other => ValueTask.FromResult<ProvenEntry?>(null),
            EntryKind.HardLink or _ => throw new InvalidOperationException($"Entry kind {status.Kind}."),
        };
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_buffer);
        _hash.Dispose();
    }

    private static ProvenEntry? ProveSymlink(int directory, byte[] name, FileStatus status)
    {
        var target = new byte[4096];
        var length = Posix.ReadLink(directory, name, target);
        return length < 0 ? null : new ProvenEntry(EntryKind.Symlink, status, target[..length], null, null);
    }

    private async ValueTask<ProvenEntry?> ProveFile(
        int directory, byte[] name, byte[] path, FileStatus seen, CancellationToken cancellation)
    {
        if (links.FirstPathOf(path, seen) is { } first)
            return new ProvenEntry(EntryKind.HardLink, seen, first, null, null);
        var file = Posix.Open(directory, name, OpenFlags.Content);
        if (Errno.IsGone(file))
            return null;
        if (file < 0)
            throw FilesProblems.From(file, "open", path);
        try
        {
            if (Posix.Status(file, out var status) is < 0 and var result)
                throw FilesProblems.From(result, "look at", path);
            if (status.Kind != EntryKind.File)
                return null;
            var content = await Hash(file, path, cancellation).ConfigureAwait(false);
            return new ProvenEntry(
                EntryKind.File, status, null, ExtendedAttributes.Read(file, path), content);
        }
        finally
        {
            _ = Posix.Close(file);
        }
    }

    private async ValueTask<byte[]> Hash(int file, byte[] path, CancellationToken cancellation)
    {
        var read = Read(file, 0, path);
        await throttle.Pass(read, cancellation).ConfigureAwait(false);
        if (read < BufferSize)
            return SHA256.HashData(_buffer.AsSpan(0, read));
        for (var offset = 0L; read > 0; read = Read(file, offset, path))
        {
            cancellation.ThrowIfCancellationRequested();
            _hash.AppendData(_buffer, 0, read);
            offset += read;
            await throttle.Pass(read, cancellation).ConfigureAwait(false);
        }
        return _hash.GetHashAndReset();
    }

    private int Read(int file, long offset, byte[] path)
    {
        var read = Posix.Read(file, _buffer.AsSpan(0, BufferSize), offset);
        return read >= 0 ? read : throw FilesProblems.From(read, "read", path);
    }
}
