using Godwit.Connectors.Sqlite.Native;
using Godwit.Connectors.Sqlite.Sql;
using Godwit.Core.Changes;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Sqlite.Writing;

/// <summary>Applies one batch inside a write transaction: forget all touched keys, then take all present
/// records.</summary>
/// <param name="orphansAreOurs">Whether a touched record whose parent is not here counts as ours. So it must be where
/// records may be newer than their batch: a parent may have gone with an earlier batch than its children.</param>
internal sealed class BatchApplier(
    Database database, SqliteNames names, InTheWay holders, bool orphansAreOurs) : IDisposable
{
    private readonly Dictionary<int, RecordInserter> _inserters = [];
    private long _written;
    private long _deleted;
    private long _bytes;

    internal async Task<ApplyOutcome> Apply(ChangeBatch batch, CancellationToken cancellation)
    {
        // Children first: which of them are in scope is decided by their parents, as they still are here.
        foreach (var touched in batch.Touched.OrderByDescending(one => one.Stream.Number))
        {
            cancellation.ThrowIfCancellationRequested();
            Forget(touched);
        }
        foreach (var stream in batch.Emptied)
            database.Execute($"DELETE FROM main.{Quote.Name(stream.Schema.Name)}");
        await foreach (var records in batch.Current(cancellation).ConfigureAwait(false))
        {
            using (records.Records)
                Take(records);
        }
        return new ApplyOutcome(_written, _deleted, _bytes);
    }

    public void Dispose()
    {
        foreach (var inserter in _inserters.Values)
            inserter.Dispose();
    }

    private void Forget(TouchedKeys touched)
    {
        var schema = touched.Stream.Schema;
        var own = Quote.Name(schema.Name);
        var key = KeySql.Equal(schema, own, i => $"?{i + 1}");
        var ours = StrayLedger.OursOrStray(database, names, touched.Stream, own);
        if (orphansAreOurs && touched.Stream.Kind == ScopeKind.ByParent)
            ours = $"({ours} OR NOT {ScopeSql.HasParent(touched.Stream, own)})";
        using var delete = database.Prepare($"DELETE FROM {own} WHERE {key} AND {ours}");
        for (var i = 0; i < touched.Keys.Count; i++)
        {
            delete.BindRecord(1, touched.Keys, i);
            delete.Run();
            if (touched.Gone[i] && database.Changes > 0)
                _deleted++;
        }
    }

    private void Take(StreamRecords records)
    {
        if (!_inserters.TryGetValue(records.Stream.Number, out var inserter))
            _inserters.Add(records.Stream.Number,
                inserter = new RecordInserter(database, names, records.Stream, holders));
        for (var i = 0; i < records.Records.Count; i++)
            inserter.Insert(records.Records, i);
        _written += records.Records.Count;
        _bytes += records.Records.Size;
    }
}
