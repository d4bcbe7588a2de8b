using Godwit.Core.Changes;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Gathers the keys that a batch touches, each once.</summary>
/// <param name="stream">Whose keys.</param>
/// <param name="scope">How they are named.</param>
/// <param name="from">What is touched before this position was told already.</param>
internal sealed class TouchedNames(ScopedStream stream, RedisScope scope, long from)
{
    private readonly RecordBatch _keys = scope.NewKeys();
    private readonly Dictionary<(int Database, ulong Hash), int> _seen = [];

    internal int Count => _keys.Count;

    /// <summary>The stream whose keys they are.</summary>
    internal ScopedStream Stream => stream;

    internal void Add(int database, ReadOnlySpan<byte> key, long position)
    {
        if (position < from)
            return;
        var mark = (database, Core.Digests.XxHash64.Hash(key));

        // Two names of one hash are both told, one of them perhaps twice: a name must never be left out.
        if (_seen.TryGetValue(mark, out var at) && scope.NameAt(_keys, at).SequenceEqual(key))
            return;
        _seen[mark] = _keys.Count;
        scope.Append(_keys, database, key);
        _keys.EndRecord();
    }

    /// <summary>Hands the keys over to a batch. Nothing is said about which are gone: operations say what they
    /// do.</summary>
    internal TouchedKeys Take() => new(stream, _keys, new bool[_keys.Count]);
}
