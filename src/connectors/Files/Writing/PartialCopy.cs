using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Reading;

namespace Godwit.Connectors.Files.Writing;

/// <summary>The copy of a large file, which goes on where it was cut off.</summary>
/// <remarks>
/// Every so many bytes what is written is made durable, and then a record of it in the state directory: which version
/// of
/// the source it is, how far it has come, and the SHA-256 of that much. A copy goes on only when the source is still
/// that
/// version and the bytes that lie there have that hash; otherwise it begins again.
/// </remarks>
internal sealed class PartialCopy(FilesSession session, byte[] path, FileContent content)
{
    /// <summary>Smaller files are copied again from the beginning.</summary>
    internal const long WorthResuming = 64L << 20;

    private const long Step = 64L << 20;
    private const int BufferSize = 1 << 20;

    private readonly byte[] _record = RecordName(TemporaryName.For(session.Opening.Mark, path));
    private long _durable;
    private byte[] _hash = [];

    internal byte[] Temporary { get; } = TemporaryName.For(session.Opening.Mark, path);

    /// <summary>Bytes that did not have to be copied again.</summary>
    internal long Resumed { get; private set; }

    private string Version => string.Create(
        CultureInfo.InvariantCulture,
        $"{content.Status.Identity.Device}:{content.Status.Identity.Inode}:{content.Status.Size}:"
        + $"{content.Status.Modified}:{content.Status.Changed}");

    /// <summary>Name of the record that belongs to a temporary file.</summary>
    internal static byte[] RecordName(ReadOnlySpan<byte> temporary) => [.. "part-"u8, .. temporary[^16..]];

    /// <summary>Opens what is there, or a new file.</summary>
    internal int Open(int directory)
    {
        var lines = session.Ledger.Lines(_record);
        if (lines.Length == 3 && string.Equals(lines[0], Version, StringComparison.Ordinal))
            (_durable, _hash) = (
                long.Parse(lines[1], CultureInfo.InvariantCulture), Convert.FromHexString(lines[2]));
        else
            Abandon(directory);
        var file = Posix.Open(directory, Temporary, OpenFlags.NewFile & ~OpenFlags.Exclusive, 0x180);
        if (file >= 0 && !IsOurs(file))
        {
            _ = Posix.Close(file);
            Abandon(directory);
            _durable = 0;
            file = Posix.Open(directory, Temporary, OpenFlags.NewFile, 0x180);
        }
        return file >= 0 ? file : throw FilesProblems.From(file, "create", path);
    }

    /// <returns>False when the content turned out shorter than it was when it was opened.</returns>
    internal async ValueTask<bool> Copy(int file, CancellationToken cancellation)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            var offset = await Resume(file, hash, buffer, cancellation).ConfigureAwait(false);
            for (var next = offset + Step; offset < content.Length; next = offset + Step)
            {
                var end = Math.Min(next, content.Length);
                if (!await CopyTo(end, offset, file, hash, buffer, cancellation).ConfigureAwait(false))
                    return false;
                offset = end;
                if (offset < content.Length)
                    Record(file, offset, hash);
            }
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The file is complete.</summary>
    internal void Forget() => session.Ledger.Remove(_record);

    /// <summary>What lies there is worth nothing.</summary>
    internal void Abandon(int directory)
    {
        Forget();
        _ = Posix.Unlink(directory, Temporary);
    }

    /// <summary>Hashes what is there; when it is what the record says, the copy goes on behind it.</summary>
    private async ValueTask<long> Resume(
        int file, IncrementalHash hash, byte[] buffer, CancellationToken cancellation)
    {
        for (var offset = 0L; offset < _durable;)
        {
            cancellation.ThrowIfCancellationRequested();
            var most = (int)Math.Min(buffer.Length, _durable - offset);
            var read = Posix.Read(file, buffer.AsSpan(0, most), offset);
            if (read <= 0)
                break;
            await session.Throttle.Pass(read, cancellation).ConfigureAwait(false);
            hash.AppendData(buffer, 0, read);
            offset += read;
        }
        if (_durable > 0 && hash.GetCurrentHash().AsSpan().SequenceEqual(_hash))
            return Resumed = _durable;
        _ = hash.GetHashAndReset();
        if (Posix.Truncate(file, 0) is < 0 and var result)
            throw FilesProblems.From(result, "write", path);
        return 0;
    }

    private async ValueTask<bool> CopyTo(
        long end, long offset, int file, IncrementalHash hash, byte[] buffer, CancellationToken cancellation)
    {
        while (offset < end)
        {
            var (start, dataEnd) = content.DataAt(offset);
            start = Math.Min(start, end);
            HashHole(start - offset, hash, buffer);
            for (offset = start; offset < Math.Min(dataEnd, end);)
            {
                var most = (int)Math.Min(buffer.Length, Math.Min(dataEnd, end) - offset);
                var read = content.Read(offset, buffer.AsSpan(0, most));
                if (read == 0)
                    return false;
                await session.Throttle.Pass(read, cancellation).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
                FileCopy.Write(file, buffer.AsSpan(0, read), offset, path);
                hash.AppendData(buffer, 0, read);
                offset += read;
            }
        }
        // A hole at the end has no bytes that would make the file that long.
        if (Posix.Truncate(file, end) is < 0 and var result)
            throw FilesProblems.From(result, "write", path);
        return true;
    }

    /// <summary>The name can be guessed: somebody may have made it another name of a file that is not to be
    /// written.</summary>
    private static bool IsOurs(int file) =>
        Posix.Status(file, out var status) >= 0 && status.Kind == EntryKind.File && status.Links == 1
        && status.User == Posix.User;

    private static void HashHole(long length, IncrementalHash hash, byte[] buffer)
    {
        if (length == 0)
            return;
        buffer.AsSpan().Clear();
        for (; length > 0; length -= buffer.Length)
            hash.AppendData(buffer, 0, (int)Math.Min(buffer.Length, length));
    }

    private void Record(int file, long offset, IncrementalHash hash)
    {
        if (Posix.SyncData(file) is < 0 and var result)
            throw FilesProblems.From(result, "make durable", path);
        session.Ledger.Write(_record, string.Create(
            CultureInfo.InvariantCulture, $"{Version}\n{offset}\n{Convert.ToHexStringLower(hash.GetCurrentHash())}\n"));
    }
}
