using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Checking;

/// <summary>Looks for records of others at the target that hold keys or unique values of the records that will
/// come.</summary>
internal sealed class CollisionCheck(Database database, SqliteNames names, ScopedStream stream)
{
    private const int Shown = 3;

    private readonly Dictionary<string, (long Count, List<string> Keys)> _found = [];

    internal async Task<IReadOnlyList<Problem>> Run(ISnapshotSource source, CancellationToken cancellation)
    {
        using var finder = new ConflictFinder(database, names, stream);
        var read = await source.Read(stream, KeyRange.All, cancellation).ConfigureAwait(false);
        await using var _ = read.ConfigureAwait(false);
        await foreach (var batch in read.Batches(cancellation).ConfigureAwait(false))
        {
            using (batch)
            {
                for (var i = 0; i < batch.Count; i++)
                    Look(finder, batch, i);
            }
        }
        return
        [
            .. _found.Select(one => SqliteProblems.Collisions(
                database.Shown, stream.Schema.Name, one.Key, one.Value.Count, one.Value.Keys)),
        ];
    }

    private void Look(ConflictFinder finder, RecordBatch batch, int record)
    {
        if (finder.Holder(batch, record) is not { } claim)
            return;
        var (count, keys) = _found.GetValueOrDefault(claim.Columns, (0, []));
        if (keys.Count < Shown)
            keys.Add(Key.Of(batch, record, [.. stream.Schema.KeyColumns]).ToString());
        _found[claim.Columns] = (count + 1, keys);
    }
}
