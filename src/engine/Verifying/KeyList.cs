using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Engine.Verifying;

/// <summary>Keys as the stores take them.</summary>
internal static class KeyList
{
    /// <summary>The caller owns the batch.</summary>
    internal static RecordBatch ToBatch(ScopedStream stream, IEnumerable<Key> keys)
    {
        var batch = new RecordBatch(stream.Schema.KeyColumns.Count);
        foreach (var key in keys)
            key.AppendTo(batch);
        return batch;
    }
}
