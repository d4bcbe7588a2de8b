using System.Runtime.CompilerServices;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Which pattern names the rows of which table: of a move with one table the one that it gives.</summary>
internal sealed class RowNames(RedisSession session, string source) : IRowForm
{
    /// <exception cref="GodwitException">There is not exactly one, or it does not fit the table.</exception>
    internal RowKey Of(StreamSchema schema) => TryOf(schema, out var problem) ?? throw new GodwitException(problem!);

    public ValueTask<IRowWriter> Writer(StreamSchema schema, CancellationToken cancellation) =>
        ValueTask.FromResult<IRowWriter>(new RowWriter(Of(schema), schema));

    public async IAsyncEnumerable<IReadOnlyList<byte[]>> Names(
        StreamSchema schema, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        await foreach (var page in new RowScan(control, Of(schema)).Pages(cancellation).ConfigureAwait(false))
            yield return page;
    }

    internal RowKey? TryOf(StreamSchema schema, out Problem? problem)
    {
        var why = "There has to be one pattern for one table";
        var key = session.Opening.Keys is [var pattern] ? RowKey.Read(pattern, schema, out why!) : null;
        problem = key is null
            ? RedisProblems.BadRowKey(source, session.Shown, schema.Name, session.Opening.Keys, why)
            : null;
        return key;
    }
}
