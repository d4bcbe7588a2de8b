using System.Buffers;
using System.Runtime.CompilerServices;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Records;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Copying;

/// <summary>Reads the result of a query as record batches, through binary COPY.</summary>
internal static class CopyReader
{
    private const int BufferSize = 1 << 17;

    /// <param name="query">Without parameters; its columns travel as <paramref name="wires"/> say.</param>
    /// <param name="size">Bytes of a batch, about.</param>
    internal static async IAsyncEnumerable<RecordBatch> Read(
        NpgsqlConnection connection, string query, IReadOnlyList<Wire> wires, long size,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        var copy = await connection
            .BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT binary)", cancellation).ConfigureAwait(false);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var (filled, ended, begun, isWaitedFor) = (0, false, false, true);
        try
        {
            RecordBatch? batch = null;
            try
            {
                while (!ended)
                {
                    var read = await copy.ReadAsync(buffer.AsMemory(filled), cancellation).ConfigureAwait(false);
                    if (read == 0)
                        throw new IOException("The server's copy ended before its end mark.");
                    filled += read;
                    if (filled < buffer.Length && !IsLast(buffer.AsSpan(0, filled)))
                        continue;
                    var used = 0;
                    if (!begun)
                        (used, begun) = (TupleReader.Header(buffer), true);
                    for (var more = true; more && !ended;)
                    {
                        batch ??= new RecordBatch(wires.Count);
                        used += TupleReader.Append(
                            buffer.AsSpan(used, filled - used), batch, wires, size, out ended);
                        more = batch.Size >= size;
                        if (!more)
                            continue;
                        isWaitedFor = false;
                        yield return batch;
                        (batch, isWaitedFor) = (null, true);
                    }
                    buffer = Keep(buffer, used, ref filled);
                }
                if (batch is { Count: > 0 })
                {
                    yield return batch;
                    batch = null;
                }
            }
            finally
            {
                batch?.Dispose();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);

            // Whoever has seen enough must not wait for all that the server still has to say.
            if (isWaitedFor || ended)
                await copy.DisposeAsync().ConfigureAwait(false);
            else
                await CopyWriter.GiveUp(copy.CancelAsync, copy).ConfigureAwait(false);
        }
    }

    /// <summary>All records at once: for what is known to be little.</summary>
    internal static async Task<RecordBatch> ReadAll(
        NpgsqlConnection connection, string query, IReadOnlyList<Wire> wires, CancellationToken cancellation)
    {
        RecordBatch? all = null;
        await foreach (var batch in Read(connection, query, wires, long.MaxValue, cancellation).ConfigureAwait(false))
            all = batch;
        return all ?? new RecordBatch(wires.Count);
    }

    /// <summary>Whether the end mark is the last that has come: each message holds whole tuples, the last one the
    /// mark.</summary>
    private static bool IsLast(ReadOnlySpan<byte> bytes) => bytes is [.., 0xff, 0xff];

    /// <summary>Moves what is left to the front; a tuple larger than the buffer gets a larger one.</summary>
    private static byte[] Keep(byte[] buffer, int used, ref int filled)
    {
        filled -= used;
        if (used > 0)
        {
            buffer.AsSpan(used, filled).CopyTo(buffer);
            return buffer;
        }
        if (filled < buffer.Length)
            return buffer;
        var larger = ArrayPool<byte>.Shared.Rent(checked(buffer.Length * 2));
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
