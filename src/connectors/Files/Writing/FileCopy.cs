using System.Buffers;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Kit;
using Godwit.Core.Records;

namespace Godwit.Connectors.Files.Writing;

/// <summary>Copies content into a new file, holes as holes.</summary>
internal static class FileCopy
{
    private const int BufferSize = 1 << 18;

    /// <returns>The bytes written; null when the content turned out shorter than it was when it was opened.</returns>
    internal static async ValueTask<long?> Copy(
        IContent content, int file, Throttle throttle, ReadOnlyMemory<byte> path, CancellationToken cancellation)
    {
        var length = content.Length;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(length, 1, BufferSize));
        try
        {
            var (written, offset) = (0L, 0L);
            while (offset < length)
            {
                var (start, end) = content.DataAt(offset);
                for (offset = start; offset < end;)
                {
                    var most = (int)Math.Min(buffer.Length, end - offset);
                    var read = await content.Read(offset, buffer.AsMemory(0, most), cancellation).ConfigureAwait(false);
                    if (read == 0)
                        return null;
                    await throttle.Pass(read, cancellation).ConfigureAwait(false);
                    Write(file, buffer.AsSpan(0, read), offset, path.Span);
                    offset += read;
                    written += read;
                }
                if (start >= length && Posix.Truncate(file, length) is < 0 and var result)
                    throw FilesProblems.From(result, "write", path.Span);
            }
            return written;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static void Write(int file, ReadOnlySpan<byte> bytes, long offset, ReadOnlySpan<byte> path)
    {
        while (!bytes.IsEmpty)
        {
            var written = Posix.Write(file, bytes, offset);
            if (written < 0)
                throw FilesProblems.From(written, "write", path);
            bytes = bytes[written..];
            offset += written;
        }
    }
}
