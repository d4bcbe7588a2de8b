using Godwit.Connectors.Files.Walking;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Files;

/// <summary>Knows that a tree is one stream, how large it is, and what stands against moving it.</summary>
internal sealed class FilesCatalog(FilesSession session) : ICatalog
{
    private TreeCensus? _estimate;

    /// <remarks>A run asks several times, and a walk over a large tree takes long: it is estimated once.</remarks>
    public Task<Catalog> Read(CancellationToken cancellation) =>
        Task.Run(
            () =>
            {
                var census = _estimate ??= TreeCensus.Take(session, TreeCensus.Estimate, cancellation);
                return new Catalog(
                    [FilesSchema.Create(census.Entries, census.Bytes)], new Dictionary<string, Problem>());
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
}
