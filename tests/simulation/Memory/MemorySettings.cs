using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>What kind of database a <see cref="MemoryDatabase"/> plays.</summary>
public sealed record MemorySettings
{
    /// <summary>Like SQLite: tells which keys were touched; what is in the log is visible at once.</summary>
    public static MemorySettings TouchedKeys { get; } = new() { Changes = ChangeCapture.TouchedKeys };

    /// <summary>Like PostgreSQL: tells after-images; a transaction is in the log before snapshots see it, in another
    /// order.</summary>
    public static MemorySettings AfterImages { get; } = new() { Changes = ChangeCapture.AfterImages };

    public required ChangeCapture Changes { get; init; }

    /// <summary>Otherwise the store splits its tables backwards. Both sides of a move must agree.</summary>
    public bool PlainKeyOrder { get; init; } = true;

    /// <summary>Where a writer hesitates: before it commits, and with <see cref="ChangeCapture.AfterImages"/> again
    /// between the log and becoming visible. Null: nowhere.</summary>
    public Func<Task>? Hesitate { get; init; }

    /// <summary>How many records a read gives at a time.</summary>
    public int RecordsPerBatch { get; init; } = 7;

    /// <summary>How many transactions <see cref="IChangeSource.Next"/> tells at most at a time; after-images
    /// only.</summary>
    public int TransactionsPerBatch { get; init; } = 16;

    /// <summary>More than one: batches overlap, whatever their size.</summary>
    public int BatchesUnderWay { get; init; } = 1;

    /// <summary>Takes part in what the planner decides.</summary>
    public int Writers { get; init; } = 3;

    public ChunkSize ChunkSize { get; init; } = new(Records: 5, Bytes: 1 << 20);
}
