using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Digests;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Streams, which a server does not call touched when a group takes or acknowledges entries: they have to be
/// read again now and then. For several tasks at once.</summary>
internal sealed class KnownStreams(bool isValkey)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], ulong> _digests = new(KeyBytes.Comparer);

    /// <summary>Their keys.</summary>
    internal IReadOnlyList<byte[]> Keys
    {
        get
        {
            lock (_lock)
                return [.. _digests.Keys];
        }
    }

    /// <summary>Notes what a key holds.</summary>
    /// <param name="key">Kept.</param>
    /// <param name="payload">What DUMP gave; null where there is no key.</param>
    /// <returns>False for a stream that is what it was when it was noted last.</returns>
    internal bool Note(byte[] key, byte[]? payload)
    {
        lock (_lock)
        {
            if (payload is null || RdbType.KindOf(payload[0], isValkey) != ValueKind.Stream)
            {
                _digests.Remove(key);
                return true;
            }
            var digest = XxHash64.Hash(payload);
            var isSame = _digests.TryGetValue(key, out var before) && before == digest;
            _digests[key] = digest;
            return !isSame;
        }
    }
}
