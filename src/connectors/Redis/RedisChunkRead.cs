using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Replication;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Stores;
using Microsoft.Win32.SafeHandles;

namespace Godwit.Connectors.Redis;

/// <summary>A snapshot while it is read; it may still be arriving.</summary>
/// <remarks>Its file stays open: a later snapshot takes the same path, and is another file.</remarks>
/// <param name="session">The side that is read.</param>
/// <param name="following">Follows it.</param>
/// <param name="taken">Which snapshot it is.</param>
/// <param name="file">Its bytes; owned by this.</param>
/// <param name="arriving">What writes them; null when all are there.</param>
internal sealed class RedisChunkRead(
    RedisSession session, RedisFollowing following, Position taken, SafeFileHandle file,
    SnapshotFile? arriving) : IChunkRead
{
    public Visibility Visibility { get; } = Visibility.UpTo(taken);

    /// <summary>Which snapshot it is: the position at which it was taken.</summary>
    internal Position Taken => taken;

    /// <summary>The scope of the side that is read.</summary>
    internal RedisScope Scope => session.Scope;

    internal string Shown => session.Shown;

    /// <summary>Whether the bytes cannot be read to their end: the keys are read one by one then.</summary>
    internal bool IsWalked => following.Walked is not null;

    /// <summary>Reads the keys one by one.</summary>
    internal SnapshotWalk Walk() => new(session, following, (long)taken.Offset);

    /// <summary>Gives the bytes up: whoever begins again walks.</summary>
    /// <returns>What to throw: it tells people, and has the work done again.</returns>
    internal GodwitException Abandon(UnknownRdbTypeException unknown)
    {
        following.BeginWalk((long)taken.Offset);
        return new GodwitException(
            RedisProblems.Walked(session.Shown, unknown.Type, Printable.Text(unknown.Key)), unknown);
    }

    /// <summary>The bytes from a place on; the caller disposes them.</summary>
    internal Stream Open(long start = 0) => new SnapshotStream(file, arriving, start);

    public IAsyncEnumerable<RecordBatch> Batches(CancellationToken cancellation) =>
        new SnapshotRecords(this).Read(cancellation);

    public ValueTask DisposeAsync()
    {
        file.Dispose();
        return ValueTask.CompletedTask;
    }
}
