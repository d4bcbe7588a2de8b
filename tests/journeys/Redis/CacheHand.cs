using System.Globalization;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>The keys of one writer: nobody else writes them.</summary>
/// <remarks>A key that must not be written to any more is followed by another one of the same kind.</remarks>
/// <param name="ledger">What the keys hold.</param>
/// <param name="dice">This writer's.</param>
/// <param name="prefix">Of the names of all its keys.</param>
/// <param name="databases">The databases in which they are.</param>
internal sealed class CacheHand(CacheLedger ledger, Dice dice, string prefix, IReadOnlyList<int> databases)
{
    /// <summary>Keys of a kind; each place has one.</summary>
    private const int Places = 4;

    private readonly Dictionary<string, int> _generations = [];
    private readonly HashSet<CacheKey> _left = [];
    private int _numbers;

    public Dice Dice => dice;

    /// <summary>A place: keys of one place are in one database.</summary>
    public int Place() => dice.Next(Places);

    public int Database(int place) => databases[place % databases.Count];

    /// <summary>Another database than that of a place; the same when there is one only.</summary>
    public int OtherDatabase(int place) => databases[(place + 1) % databases.Count];

    /// <summary>A number that this writer has not had yet.</summary>
    public string Number() => (++_numbers).ToString(CultureInfo.InvariantCulture);

    /// <summary>The present key of a kind.</summary>
    public CacheKey Key(string kind, int place) => Key(kind, place, Database(place));

    public CacheKey Key(string kind, int place, int database)
    {
        var slot = $"{kind}:{place}:{database}";
        while (true)
        {
            var generation = _generations.GetValueOrDefault(slot);
            _generations[slot] = generation;
            var key = new CacheKey(database, $"{prefix}{slot}:{generation}");
            if (!_left.Contains(key))
                return key;
            _generations[slot]++;
        }
    }

    /// <summary>A key that is written to once.</summary>
    public CacheKey NewKey(string kind, int place) => new(Database(place), $"{prefix}{kind}:{Number()}");

    public CacheState? Find(CacheKey key) => ledger.Find(key);

    /// <summary>What a key holds; nothing of the type when it is not there.</summary>
    public CacheValue Value(CacheKey key, string type) => ledger.Find(key)?.Value ?? CacheValue.Empty(type);

    /// <summary>What the key holds from then on, with the expiry that it has.</summary>
    public CacheChange Change(CacheKey key, CacheValue value) =>
        new(key, new CacheState(value, ledger.Find(key)?.Expires));

    /// <summary>A command with one outcome.</summary>
    public static CacheStep Step(string? reply, object[] command, params IReadOnlyList<CacheChange> changes) =>
        new(changes[0].Key.Database, [command], [new CacheOutcome(reply, changes)]);

    /// <summary>The keys are not written to any more.</summary>
    public void Leave(IEnumerable<CacheKey> keys) => _left.UnionWith(keys);

    /// <summary>None of the present keys is written to any more.</summary>
    public void LeaveAll()
    {
        foreach (var slot in _generations.Keys.ToList())
            _generations[slot]++;
    }
}
