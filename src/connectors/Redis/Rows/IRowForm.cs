using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>What rows of a table are at a server.</summary>
internal interface IRowForm
{
    /// <summary>How rows of a table are written.</summary>
    /// <exception cref="Core.Problems.GodwitException">The table does not fit.</exception>
    ValueTask<IRowWriter> Writer(StreamSchema schema, CancellationToken cancellation);

    /// <summary>Names that may stand for rows of a table, as SCAN tells them: some perhaps twice.</summary>
    IAsyncEnumerable<IReadOnlyList<byte[]>> Names(StreamSchema schema, CancellationToken cancellation);
}
