using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Some of the keys of a server as SCAN and DUMP give them: for estimates, not for copies.</summary>
internal sealed class ScannedRead(RedisSession session, ScopeSweep sweep) : IChunkRead
{
    public Visibility Visibility { get; } = Visibility.UpTo(default);

    public async IAsyncEnumerable<RecordBatch> Batches([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (database, keys) in sweep.Walk(null, cancellation).ConfigureAwait(false))
        {
            if (keys.Count == 0)
                continue;
            var commands = new CommandBatch();
            foreach (var key in keys)
                commands.Begin(2).Arg("DUMP"u8).Arg(key);
            var connection = await session.At(database, cancellation).ConfigureAwait(false);
            var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
            connection.ThrowIfError(replies);
            yield return Batch(database, keys, replies);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private RecordBatch Batch(int database, IReadOnlyList<byte[]> keys, RespValue[] payloads)
    {
        var batch = new RecordBatch(session.Scope.IsServer ? 5 : 4);
        for (var i = 0; i < keys.Count; i++)
        {
            if (payloads[i].IsNull)
                continue;
            session.Scope.Append(batch, database, keys[i]);
            batch.AppendNull();
            batch.AppendBytes(payloads[i].Bytes);
            batch.AppendNull();
            batch.EndRecord();
        }
        return batch;
    }
}
