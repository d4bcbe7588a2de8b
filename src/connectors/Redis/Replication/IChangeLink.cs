using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Brings what a server does into a journal, for as long as it is not disposed.</summary>
internal interface IChangeLink : IAsyncDisposable
{
    /// <summary>Why nothing comes; null while the link stands.</summary>
    Problem? Failure { get; }

    /// <summary>The snapshot that is arriving, or arrived last; null before the first.</summary>
    SnapshotFile? Snapshot { get; }
}
