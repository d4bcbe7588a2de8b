using System.Globalization;
using Godwit.Connectors.Redis.Checking;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>What a server holds: one key space.</summary>
internal sealed class RedisCatalog(RedisSession session) : ICatalog
{
    public async Task<Catalog> Read(CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var databases = await ServerFacts.Databases(control, cancellation).ConfigureAwait(false);
        var info = ServerFacts.Parse((await control.Call(cancellation, "INFO", "memory").ConfigureAwait(false)).Text);
        var all = databases.Values.Sum();
        var records = session.Scope.Database is { } one ? databases.GetValueOrDefault(one) : all;
        if (session.Scope.Slots is { } slots)
            records = records * slots.Count / session.Owner.Owned.Count;
        var used = long.Parse(info.GetValueOrDefault("used_memory_dataset", "0"), CultureInfo.InvariantCulture);
        return new Catalog(
            [session.Scope.Schema(records, all == 0 ? 0 : used * records / all)],
            new Dictionary<string, Problem>());
    }

    public Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? Task.FromCanceled<SchemaModel>(cancellation)
            : Task.FromResult(SchemaModel.None(RedisStore.Family));

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? Task.FromCanceled<IReadOnlyList<Counter>>(cancellation)
            : Task.FromResult<IReadOnlyList<Counter>>([]);

    public async Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation)
    {
        if (session.Scope.IsAlone)
            return new ScopeCount((await Read(cancellation).ConfigureAwait(false)).Streams[0].EstimatedRecords, 0);
        var count = 0L;
        await foreach (var (_, keys) in new ScopeSweep(session).Walk(null, cancellation).ConfigureAwait(false))
            count += keys.Count;
        return new ScopeCount(count, 0);
    }

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        new RedisCheck(session).Look(role, cancellation);
}
