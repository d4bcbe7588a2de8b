namespace Godwit.Core.Stores;

/// <summary>What a connector is told when it opens a store for a migration.</summary>
public sealed record StoreOpening
{
    /// <summary>The address with everything filled in. May hold secrets: never shown.</summary>
    public required string Address { get; init; }

    /// <summary>The address for people.</summary>
    public required string Shown { get; init; }

    /// <summary>Name of the migration, for people: fence messages say it.</summary>
    public required string Migration { get; init; }

    /// <summary>Eight lower-case hexadecimal digits from the migration's name: tells apart what several migrations
    /// install.</summary>
    public required string Mark { get; init; }

    /// <summary>Where writers that meet the fence shall go.</summary>
    public required string Elsewhere { get; init; }

    /// <summary>Address of the other side of the move, with everything filled in; null when the store is opened
    /// alone.</summary>
    /// <remarks>For sources without a log of their own, which tell what changed by comparing with the other
    /// side.</remarks>
    public string? Peer { get; init; }

    /// <summary>Whether traffic may come back from the target after a cutover: then that side has to tell its changes
    /// too.</summary>
    public bool FeedsBack { get; init; }

    /// <summary>Patterns with <c>*</c> for keys, or names of queues, that belong to the migration, tenant filled in;
    /// empty for all.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>The table that keys go to, where a store of tables takes them; null for the usual one.</summary>
    public string? Table { get; init; }

    /// <summary>The user whose writes the fence refuses, where the store can do that for one user only; null where none
    /// was named.</summary>
    public string? FencedUser { get; init; }

    /// <summary>The longest that writers may be held up; a fence that holds them up lets go by itself after
    /// it.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A folder of this store's own on this machine, which need not exist, for what must outlive the process;
    /// null when the store is opened only to be looked at.</summary>
    public string? Folder { get; init; }

    /// <summary>The clock for waits inside the connector.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Chance for jitter: a number from 0 to below 1.</summary>
    public required Func<double> Chance { get; init; }

    /// <summary>The most that may be read or written in a second; null for no limit.</summary>
    public long? BytesPerSecond { get; init; }
}
