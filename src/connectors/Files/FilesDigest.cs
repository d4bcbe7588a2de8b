using Godwit.Connectors.Files.Kernel;
using Godwit.Connectors.Files.Proving;
using Godwit.Connectors.Files.Walking;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Proves what lies in a tree: reads everything back and hashes it.</summary>
internal sealed class FilesDigest(FilesSession session) : IDigest
{
    private readonly ListingCache _listings = new();
    private readonly Lock _lock = new();
    private HardLinks? _links;

    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        Task.Run(
            async () =>
            {
                var (digest, hasher) = (default(RangeDigest), new RecordHasher());
                await ForEach(
                    range, (path, entry) => digest = digest.Add(entry.Digest(hasher, path)), cancellation)
                    .ConfigureAwait(false);
                return digest;
            },
            cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        Task.Run(
            async () =>
            {
                var (keys, digests, hasher) = (new RecordBatch(1), new List<ulong>(), new RecordHasher());
                await ForEach(range, (path, entry) => Add(keys, digests, hasher, path, entry), cancellation)
                    .ConfigureAwait(false);
                return new KeyDigests(keys, digests);
            },
            cancellation);

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        Task.Run(
            async () =>
            {
                var (found, digests, hasher) = (new RecordBatch(1), new List<ulong>(), new RecordHasher());
                await ForKeys(keys, (path, entry) => Add(found, digests, hasher, path, entry), cancellation)
                    .ConfigureAwait(false);
                return new KeyDigests(found, digests);
            },
            cancellation);

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation) =>
        Task.Run(
            async () =>
            {
                var batch = new RecordBatch(FilesSchema.Columns.Count);
                await ForKeys(keys, (path, entry) => entry.AppendTo(batch, path), cancellation).ConfigureAwait(false);
                return batch;
            },
            cancellation);

    private static void Add(
        RecordBatch keys, List<ulong> digests, RecordHasher hasher, byte[] path, ProvenEntry entry)
    {
        keys.AppendBytes(path);
        keys.EndRecord();
        digests.Add(entry.Digest(hasher, path));
    }

    private async Task ForEach(KeyRange range, Action<byte[], ProvenEntry> found, CancellationToken cancellation)
    {
        // A target that was not created yet holds nothing.
        if (session.TryRoot() is not { } root)
            return;
        using var walk = new ProofWalk(root, _listings, FilesSchema.PathOf(range.From), FilesSchema.PathOf(range.To));
        using var prover = new EntryProver(Links(root), session.Throttle);
        while (walk.Next())
        {
            cancellation.ThrowIfCancellationRequested();
            var entry = await prover.Prove(walk.Directory, walk.Name, walk.Path, cancellation).ConfigureAwait(false);
            if (entry is not null)
                found(walk.Path, entry);
        }
    }

    private async Task ForKeys(RecordBatch keys, Action<byte[], ProvenEntry> found, CancellationToken cancellation)
    {
        if (session.TryRoot() is not { } root)
            return;
        using var prover = new EntryProver(Links(root), session.Throttle);
        for (var i = 0; i < keys.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = keys.BytesAt(i, 0).ToArray();
            var directory = root.OpenDirectory(PathOrder.Parent(path, out var last));
            var name = path.Length == 0 ? "."u8.ToArray() : last.ToArray();
            if (Errno.IsGone(directory) || (path.Length > 0 && !TreeRoot.IsPlain(path)))
                continue;
            if (directory < 0)
                throw FilesProblems.From(directory, "open the directory of", path);
            try
            {
                var entry = await prover.Prove(directory, name, path, cancellation).ConfigureAwait(false);
                if (entry is not null)
                    found(path, entry);
            }
            finally
            {
                _ = Posix.Close(directory);
            }
        }
    }

    private HardLinks Links(TreeRoot root)
    {
        lock (_lock)
            _links ??= new HardLinks(root);
        return _links;
    }
}
