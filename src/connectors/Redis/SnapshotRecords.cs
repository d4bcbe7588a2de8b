using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Records;

namespace Godwit.Connectors.Redis;

/// <summary>A snapshot as records, for targets that are no Redis.</summary>
internal sealed class SnapshotRecords(RedisChunkRead read)
{
    private const int MostRecords = 1_000;
    private const long MostBytes = 4 << 20;

    internal async IAsyncEnumerable<RecordBatch> Read([EnumeratorCancellation] CancellationToken cancellation)
    {
        var input = read.Open();
        await using var _ = input.ConfigureAwait(false);
        var reader = new RdbReader(input, SnapshotWriter.MostHeld);
        var batch = NewBatch();
        while (await reader.Read(cancellation).ConfigureAwait(false))
        {
            if (!read.Scope.Contains(reader.Database, reader.Key.Span))
                continue;
            read.Scope.Append(batch, reader.Database, reader.Key.Span);
            var value = reader.IsLarge ? await Whole(reader, cancellation).ConfigureAwait(false) : reader.Value;
            ValueRecord.Append(batch, reader.Type, value, reader.ExpiresAtMs ?? -1, reader.IsValkey);
            batch.EndRecord();
            if (batch.Count < MostRecords && batch.Size < MostBytes)
                continue;
            yield return batch;
            batch = NewBatch();
        }
        yield return batch;
    }

    /// <summary>A record is held whole, however large it is.</summary>
    private async Task<ReadOnlyMemory<byte>> Whole(RdbReader reader, CancellationToken cancellation)
    {
        var value = new byte[reader.ValueLength];
        var input = read.Open(reader.ValueStart);
        await using var _ = input.ConfigureAwait(false);
        await input.ReadExactlyAsync(value, cancellation).ConfigureAwait(false);
        return value;
    }

    private RecordBatch NewBatch() => new(read.Scope.IsServer ? 5 : 4);
}
