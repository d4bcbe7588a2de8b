using Godwit.Connectors.Redis.Checking;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Tells whether a table's rows can be held here.</summary>
internal sealed class RowCatalog(RedisSession session, RowNames names) : ICatalog
{
    /// <summary>Hashes are no tables: there is nothing here that stands for one.</summary>
    public Task<Catalog> Read(CancellationToken cancellation) =>
        Task.FromResult(new Catalog([], new Dictionary<string, Problem>()));

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult(SchemaModel.None(RedisStore.Family));

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Counter>>([]);

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation) =>
        Task.FromResult(default(ScopeCount));

    public async Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation)
    {
        var problems = new List<Problem>(await new RedisCheck(session).LookAtRows(cancellation).ConfigureAwait(false));
        if (streams.Count > 1)
            problems.Add(RedisProblems.BadRowKey(
                session.Opening.Elsewhere, session.Shown, streams[1].Schema.Name, session.Opening.Keys,
                "A move to hashes has one table"));
        foreach (var stream in streams)
        {
            if (names.TryOf(stream.Schema, out var problem) is null)
                problems.Add(problem!);
        }
        return problems;
    }
}
