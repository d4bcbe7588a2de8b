using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Core.Stores;

/// <summary>Knows what a store holds and whether it can be moved.</summary>
public interface ICatalog
{
    /// <summary>All streams, also those that cannot be moved (they are in the problems). Godwit's own are left
    /// out.</summary>
    Task<Catalog> Read(CancellationToken cancellation);

    /// <summary>The definitions of these streams, for an empty target.</summary>
    Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation);

    /// <summary>Counters that belong to these streams.</summary>
    Task<IReadOnlyList<Counter>> Counters(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation);

    /// <summary>Records in scope, and those that no path connects to any tenant (a foreign key that is null or leads
    /// nowhere).</summary>
    Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation);

    /// <summary>Preflight for one role; changes nothing. All problems at once, not the first.</summary>
    /// <param name="role">What the store shall be.</param>
    /// <param name="streams">What shall be moved, as the source defines it.</param>
    /// <param name="source">For a target: where the records will come from, to find collisions before anything is
    /// copied.</param>
    Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation);
}
