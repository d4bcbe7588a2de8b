namespace Godwit.Core.Stores;

/// <summary>What a store can do, as a value: the planner refuses what cannot work before anything is touched.</summary>
public sealed record Abilities
{
    public required ChangeCapture Changes { get; init; }

    public required FenceStrength Fence { get; init; }

    /// <summary>Whether a batch and its position are written all or nothing. Otherwise applying is merely
    /// repeatable.</summary>
    public required bool AtomicApply { get; init; }

    /// <summary>How many chunks may be written at once to advantage.</summary>
    public int Writers { get; init; } = 1;

    /// <summary>What streams of this store are made of: stores move only to stores of the same family, or by a
    /// mapping.</summary>
    public required string Family { get; init; }

    /// <summary>Whether <see cref="Records.Key.Compare"/> is the order in which this store splits its
    /// streams.</summary>
    public bool PlainKeyOrder { get; init; }

    /// <summary>Whether a range of keys can be digested by itself. Where keys have no order the store is walked through
    /// instead, and each key is looked up at the other side: see <see cref="IDigest.Walk"/>.</summary>
    public bool HasRanges { get; init; } = true;

    /// <summary>Whether the move has one direction: a target that is kept in step for good, and that traffic never goes
    /// to, as a cache of a table; or a source that takes nothing back.</summary>
    public bool IsOneWay { get; init; }

    /// <summary>As a source: from how many keys in a batch on it is worth asking for the next one before that batch is
    /// durable and released. Null: it must not be asked so early.</summary>
    /// <remarks>A batch that is asked for later holds more changes of the same keys.</remarks>
    public int? AheadFrom { get; init; }

    /// <summary>As a target: how many batches may be under way at once, when each tells after which position it comes;
    /// see <see cref="ITarget.Apply"/>.</summary>
    public int BatchesUnderWay { get; init; } = 1;

    /// <summary>Whether its records are messages, which name records of other stores that were written before them.
    /// Where traffic is handed over its fence goes up before those of the others, and comes down after
    /// them.</summary>
    public bool HoldsMessages { get; init; }

    /// <summary>How much one chunk should hold.</summary>
    public ChunkSize ChunkSize { get; init; } = new(Records: 100_000, Bytes: 32L << 20);
}
