using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryCatalog(MemoryDatabase database) : ICatalog
{
    public Task<Catalog> Read(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var streams = database.Schemas
            .Select(one => one with { EstimatedRecords = database.Contents(one.Name).Count })
            .ToList();
        return Task.FromResult(new Catalog(streams, new Dictionary<string, Problem>()));
    }

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(SchemaModel.None("memory"));
    }

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<Counter>>(
        [
            .. database.Counters
                .Where(one => streams.Any(stream => stream.Schema.Name == one.Key))
                .Select(one => new Counter(one.Key, one.Value)),
        ]);
    }

    public Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var state = database.View().State;
        var belongings = state.Table(stream.Schema.Name).Values
            .Select(row => ScopeRule.Of(stream, row, state))
            .ToList();
        return Task.FromResult(new ScopeCount(
            belongings.Count(one => one == Belonging.InScope), belongings.Count(one => one == Belonging.Orphan)));
    }

    public async Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var problems = new List<Problem>();
        foreach (var stream in streams)
        {
            var own = database.Schemas.FirstOrDefault(one => one.Name == stream.Schema.Name);
            if (own is null && role == StoreRole.Source)
                problems.Add(MemoryProblems.NoSuchTable(stream.Schema.Name).Problem);
            if (own is null)
                continue;
            if (own.Definition != stream.Schema.Definition)
                problems.Add(MemoryProblems.OtherDefinition(stream.Schema.Name).Problem);
            if (role == StoreRole.Target && source is not null)
                problems.AddRange(await Collisions(stream, source, cancellation));
        }
        return problems;
    }

    private async Task<IReadOnlyList<Problem>> Collisions(
        ScopedStream stream, ISnapshotSource source, CancellationToken cancellation)
    {
        var problems = new List<Problem>();
        await using var read = await source.Read(stream, KeyRange.All, cancellation);
        await foreach (var batch in read.Batches(cancellation))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                {
                    var key = Row.At(batch, i).KeyIn(stream.Schema);
                    if (database.Find(stream.Schema.Name, key) is not null)
                        problems.Add(MemoryProblems.InTheWay(stream.Schema.Name, key.ToString()).Problem);
                }
            }
        }
        return problems;
    }
}
