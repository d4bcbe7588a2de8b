using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Keys of one stream, each once.</summary>
internal sealed class TouchedSet(ScopedStream stream) : IDisposable
{
    private readonly HashSet<Key> _seen = [];

    internal ScopedStream Stream => stream;

    internal RecordBatch Keys { get; } = new(stream.Schema.KeyColumns.Count);

    internal bool Add(Key key)
    {
        if (!_seen.Add(key))
            return false;
        key.AppendTo(Keys);
        return true;
    }

    public void Dispose() => Keys.Dispose();
}
