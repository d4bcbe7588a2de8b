namespace Godwit.Connectors.Files.Writing;

/// <summary>When a file that was written under a temporary name gets its own.</summary>
internal enum Placing
{
    /// <summary>At once; it becomes durable with its chunk, and a chunk that was cut off is written again.</summary>
    AtOnce,

    /// <summary>When all files of the batch are durable: an older version is never replaced by one that a crash could
    /// tear.</summary>
    WhenDurable,

    /// <summary>The same, each file made durable by itself: faster for a few.</summary>
    WhenEachIsDurable,
}
