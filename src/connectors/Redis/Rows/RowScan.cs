using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Names that may stand for rows, as SCAN tells them.</summary>
internal sealed class RowScan(RedisConnection connection, RowKey key)
{
    private const int Step = 1_024;

    internal async IAsyncEnumerable<IReadOnlyList<byte[]>> Pages(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var cursor = "0"u8.ToArray();
        do
        {
            var page = await connection.One(
                new CommandBatch(128).Begin(6).Arg("SCAN"u8).Arg(cursor).Arg("MATCH"u8).Arg(key.Glob)
                    .Arg("COUNT"u8).Arg(Step),
                cancellation).ConfigureAwait(false);
            cursor = page.Items[0].Bytes;
            yield return [.. page.Items[1].Items.Select(one => one.Bytes).Where(one => !RedisScope.IsOwn(one))];
        }
        while (!cursor.AsSpan().SequenceEqual("0"u8));
    }
}
