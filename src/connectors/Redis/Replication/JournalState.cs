namespace Godwit.Connectors.Redis.Replication;

/// <summary>What has to be known beside the bytes of a journal, kept in a small file that is replaced as a
/// whole.</summary>
internal sealed record JournalState
{
    /// <summary>Which journal: positions of another one mean nothing here. Never 0.</summary>
    public required uint Timeline { get; init; }

    /// <summary>The server's name for its history; null before the first synchronisation.</summary>
    public string? History { get; init; }

    /// <summary>Position in the journal minus offset at the server.</summary>
    public long Shift { get; init; }

    /// <summary>Where the history that is followed begins: the position of its snapshot.</summary>
    public long Start { get; init; }

    /// <summary>Whether the snapshot that begins the history is here completely.</summary>
    public bool HasSnapshot { get; init; }

    /// <summary>Up to here the bytes survive a crash of the machine.</summary>
    public long Synced { get; init; }

    /// <summary>Which life of the machine wrote this.</summary>
    public string Boot { get; init; } = "";
}
