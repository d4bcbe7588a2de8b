using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Godwit.Connectors.Files.Fencing;
using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Walking;
using Godwit.Connectors.Files.Writing;
using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Writes chunks and changes into a tree.</summary>
/// <remarks>
/// Invariant: nothing is recorded as done or reached before it is durable. A crash in between leaves work that is done
/// again, so applying is repeatable, not atomic.
/// </remarks>
internal sealed class FilesTarget(FilesSession session) : ITarget, IDisposable
{
    /// <summary>Up to here each file is made durable by itself; above, one call for the whole file system is
    /// cheaper.</summary>
    private const int FewFiles = 64;

    private readonly Ledger _ledger = session.Ledger;
    private readonly SemaphoreSlim _ledgerGate = new(1);
    private readonly SemaphoreSlim _applyGate = new(1);
    private readonly ConcurrentDictionary<(int Stream, int Chunk), bool> _begun = new();
    private readonly SharedDirectories _shared = new();
    private bool _wasEmpty;

    private static int Workers => Math.Clamp(Environment.ProcessorCount, 1, 4);

    public Task Prepare(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                var root = session.CreateRoot();
                _wasEmpty = IsEmpty(root);
                if (_ledger.Exists())
                    LeftoverSweep.Run(session, root, cancellation);
                _ledger.Create(root);
                CaseProbe.Check(session, root);
            },
            cancellation);

    public Task<IReadOnlyList<ChunkDone>> Done(CancellationToken cancellation) =>
        Task.Run<IReadOnlyList<ChunkDone>>(_ledger.ReadChunks, cancellation);

    public Task<ChunkDone> WriteChunk(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation) =>
        Task.Run(() => WriteChunkNow(stream, chunk, read, cancellation), cancellation);

    public Task FinishCopy(IReadOnlyList<ScopedStream> streams, SchemaModel model, CancellationToken cancellation) =>
        Nothing(cancellation);

    public async ValueTask<Position?> Reached(CancellationToken cancellation) =>
        await Task.Run(() => _ledger.ReadPosition()?.Reached, cancellation).ConfigureAwait(false);

    public Task StartAt(Position position, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                _ledger.Create(session.CreateRoot());
                _ledger.WritePosition(position);
            },
            cancellation);

    public async Task<ApplyOutcome> Apply(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        await _applyGate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => ApplyNow(batch, reason, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _applyGate.Release();
        }
    }

    public Task SetCounters(IReadOnlyList<Counter> counters, CancellationToken cancellation) => Nothing(cancellation);

    public Task Remove(CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                if (!_ledger.Exists())
                    return;
                var root = session.Root();
                Removal.Remove(root, session.State);
                // Without records no copy of a large file will go on.
                LeftoverSweep.Run(session, root, cancellation);
            },
            cancellation);

    public Task RemoveData(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                // Without the ledger nothing here was written by this migration.
                if (!_ledger.Exists())
                    return;
                var root = session.Root();
                var listing = DirectoryListing.Read(root.Number, isRoot: true, []);
                for (var i = 0; i < listing.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    Removal.Remove(root, listing[i]);
                }
            },
            cancellation);

    public void Dispose()
    {
        _ledgerGate.Dispose();
        _applyGate.Dispose();
    }

    private static Task Nothing(CancellationToken cancellation) =>
        cancellation.IsCancellationRequested ? Task.FromCanceled(cancellation) : Task.CompletedTask;

    private async Task<ChunkDone> WriteChunkNow(
        ScopedStream stream, Chunk chunk, IChunkRead read, CancellationToken cancellation)
    {
        var root = session.Root();
        var directories = new HeldDirectories(root, _shared, FilesSchema.PathOf(chunk.Range.To));
        using var writer = new TreeWriter(session, directories, Placing.AtOnce, ConflictRule.None(session));
        var isFirst = _begun.TryAdd((stream.Number, chunk.Index), true);
        var sweep = _wasEmpty && isFirst ? null : new ChunkSweep(root, chunk.Range);
        var batches = sweep?.Note(read.Batches(cancellation), cancellation) ?? read.Batches(cancellation);
        await writer.Write(batches, Workers, cancellation).ConfigureAwait(false);
        await writer.Link(cancellation).ConfigureAwait(false);
        sweep?.RemoveOthers();
        writer.Directories.PutRight();
        SyncAll(root);
        var done = new ChunkDone(stream.Number, chunk.Index, read.Visibility, writer.Written, writer.Bytes);
        await Remember(done, cancellation).ConfigureAwait(false);
        return done;
    }

    private async Task Remember(ChunkDone done, CancellationToken cancellation)
    {
        await _ledgerGate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var all = _ledger.ReadChunks();
            all.RemoveAll(one => one.Stream == done.Stream && one.Index == done.Index);
            all.Add(done);
            _ledger.WriteChunks(all);
        }
        finally
        {
            _ledgerGate.Release();
        }
    }

    private async Task<ApplyOutcome> ApplyNow(ChangeBatch batch, ApplyReason reason, CancellationToken cancellation)
    {
        var root = session.Root();
        var isSmall = batch.KeyCount <= FewFiles;
        var conflicts = ConflictRule.For(session, _ledger, reason);
        var placing = isSmall ? Placing.WhenEachIsDurable : Placing.WhenDurable;
        // Changes come alone, when no chunk is being written any more.
        var directories = new HeldDirectories(root, new SharedDirectories(), null);
        using var writer = new TreeWriter(session, directories, placing, conflicts);
        await writer.Write(Records(batch, cancellation), isSmall ? 2 : Workers, cancellation).ConfigureAwait(false);
        if (!isSmall && writer.Waiting > 0)
            SyncAll(root);
        writer.PlaceAll();
        await writer.Link(cancellation).ConfigureAwait(false);
        writer.PlaceAll();
        // Only now, when everything was written without a failure, anything is deleted.
        var deleted = Delete(root, batch, writer);
        writer.Directories.PutRight();
        if (isSmall && writer.Directories.Count <= FewFiles)
            writer.Directories.Sync();
        else
            SyncAll(root);
        if (conflicts.LeftAlone is { } late)
            throw FilesProblems.LateWriteWaits(late);
        if (reason == ApplyReason.Following)
            _ledger.WritePosition(batch.Reached);
        return new ApplyOutcome(writer.Written, deleted, writer.Bytes);
    }

    private static async IAsyncEnumerable<RecordBatch> Records(
        ChangeBatch batch, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var records in batch.Current(cancellation).ConfigureAwait(false))
            yield return records.Records;
    }

    /// <summary>Removes what is gone, the deepest first.</summary>
    private static long Delete(TreeRoot root, ChangeBatch batch, TreeWriter writer)
    {
        var gone = new List<byte[]>();
        foreach (var touched in batch.Touched)
        {
            for (var i = 0; i < touched.Gone.Count; i++)
            {
                var path = touched.Keys.BytesAt(i, 0);
                if (!touched.Gone[i] || path.IsEmpty)
                    continue;
                gone.Add(TreeRoot.IsPlain(path) ? path.ToArray() : throw FilesProblems.BadPath(path));
            }
        }
        gone.Sort((left, right) => PathOrder.Compare(right, left));
        var deleted = 0L;
        foreach (var path in gone)
        {
            if (root.Status(path, out _) < 0)
                continue;
            // Held, so that the directory's time is put right afterwards.
            using var directory = writer.Directories.Hold(PathOrder.Parent(path, out var name));
            deleted += writer.Remove(directory.Number, name, path);
        }
        return deleted;
    }

    private static bool IsEmpty(TreeRoot root) => DirectoryListing.ReadAll(root.Number, []).Count == 0;

    private static void SyncAll(TreeRoot root)
    {
        if (Posix.SyncFileSystem(root.Number) is < 0 and var result)
            throw FilesProblems.From(result, "make durable", []);
    }
}
