using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>The catalog of a server that shall hold rows: there is nothing here that stands for a table, and only
/// whether the rows can be held is to be told.</summary>
internal abstract class NoTables : ICatalog
{
    public Task<Catalog> Read(CancellationToken cancellation) =>
        Task.FromResult(new Catalog([], new Dictionary<string, Problem>()));

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult(SchemaModel.None(RedisStore.Family));

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Counter>>([]);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        Task.FromResult(default(ScopeCount));

    public abstract Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation);
}
