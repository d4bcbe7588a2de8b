using Godwit.Connectors.Redis.Checking;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Tells whether a table's rows can be held here.</summary>
internal sealed class RowCatalog(RedisSession session, RowNames names) : NoTables
{
    public override async Task<IReadOnlyList<Problem>> Check(
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
