using System.Buffers;
using Godwit.Connectors.Kit;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Passes tuples of the binary COPY format from one server to another as they are.</summary>
internal static class RawCopy
{
    private const int BufferSize = 1 << 18;

    /// <param name="from">Reads; the caller's.</param>
    /// <param name="to">Writes; the caller's.</param>
    /// <returns>How many tuples, and how many bytes.</returns>
    internal static async Task<(long Tuples, long Bytes)> Pass(
        NpgsqlRawCopyStream from, NpgsqlRawCopyStream to, Throttle throttle, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var counter = new TupleCounter();
        try
        {
            var bytes = 0L;
            for (var ended = false; !ended;)
            {
                var filled = 0;
                while (filled < buffer.Length && !ended)
                {
                    var read = await from.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
                    ended = read == 0;
                    filled += read;
                }
                counter.Add(buffer.AsSpan(0, filled));
                await throttle.Pass(filled, cancellation).ConfigureAwait(false);
                await to.WriteAsync(buffer.AsMemory(0, filled), cancellation).ConfigureAwait(false);
                bytes += filled;
            }
            return counter.IsAtEnd
                ? (counter.Count, bytes)
                : throw new IOException("The server's copy ended before its end mark.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
