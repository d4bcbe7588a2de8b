using Godwit.Connectors.Files.Walking;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Knows that a tree is one stream, how large it is, and what stands against moving it.</summary>
internal sealed class FilesCatalog(FilesSession session) : ICatalog
{
    private (long Entries, long Bytes)? _estimate;

    /// <remarks>A run asks several times, and a walk over a large tree takes long: it is estimated once. What was
    /// copied tells the size of a tree well enough for a run that goes on after its copy.</remarks>
    public Task<Catalog> Read(CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                var (entries, bytes) = _estimate ??= Copied() ?? Counted(cancellation);
                return new Catalog([FilesSchema.Create(entries, bytes)], new Dictionary<string, Problem>());
            },
            cancellation);

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.Run(() => SchemaModel.None("files"), cancellation);

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.Run<IReadOnlyList<Counter>>(() => [], cancellation);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        Task.Run(
            () => new ScopeCount(TreeCensus.Take(session, long.MaxValue, cancellation).Entries, 0), cancellation);

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        Task.Run<IReadOnlyList<Problem>>(() => new FilesCheck(session).Run(role, cancellation), cancellation);

    private (long Entries, long Bytes) Counted(CancellationToken cancellation)
    {
        var census = TreeCensus.Take(session, TreeCensus.Estimate, cancellation);
        return (census.Entries, census.Bytes);
    }

    /// <summary>Null before a copy to the other side is through, and when what is kept there cannot be read: a catalog
    /// is not the place to say so.</summary>
    private (long Entries, long Bytes)? Copied()
    {
        try
        {
            if (session.PeerLedger.ReadPosition() is null)
                return null;
            var done = session.PeerLedger.ReadChunks();
            return (done.Sum(one => one.Records), done.Sum(one => one.Bytes));
        }
        catch (GodwitException)
        {
            return null;
        }
    }
}
