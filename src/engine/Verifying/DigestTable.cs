using Godwit.Core.Digests;
using Godwit.Core.Records;

namespace Godwit.Engine.Verifying;

/// <summary>The digest of each key, in a form that can be compared; several records of one key count
/// together.</summary>
internal sealed class DigestTable
{
    private readonly Dictionary<Key, RangeDigest> _digests = [];
    private readonly HashSet<Key> _expiring;

    /// <summary>Takes over the keys; the argument is disposed.</summary>
    internal DigestTable(KeyDigests digests)
    {
        using (digests)
        {
            _expiring = [.. digests.Expiring.Select(at => Key.Of(digests.Keys, at))];
            for (var i = 0; i < digests.Keys.Count; i++)
            {
                var key = Key.Of(digests.Keys, i);
                _digests[key] = _digests.GetValueOrDefault(key).Add(digests.Digests[i]);
                Total = Total.Add(digests.Digests[i]);
            }
        }
    }

    internal RangeDigest Total { get; private set; }

    internal IReadOnlyCollection<Key> Keys => _digests.Keys;

    /// <summary>Whether the record may be gone at any moment by itself.</summary>
    internal bool IsExpiring(Key key) => _expiring.Contains(key);

    /// <summary>Nothing, where there is no record.</summary>
    internal RangeDigest this[Key key] => _digests.GetValueOrDefault(key);

    /// <summary>Keys whose records differ between the two, or that only one of them has.</summary>
    internal IReadOnlyList<Key> DifferencesTo(DigestTable other)
    {
        var differences = new List<Key>();
        foreach (var (key, digest) in _digests)
        {
            if (other[key] != digest)
                differences.Add(key);
        }
        differences.AddRange(other._digests.Keys.Where(key => !_digests.ContainsKey(key)));
        return differences;
    }
}
