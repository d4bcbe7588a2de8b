using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryDigest(MemoryDatabase database) : IDigest
{
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var digest = default(RangeDigest);
        foreach (var (_, row) in InScope(stream, range))
            digest = digest.Add(Hash(row));
        return Task.FromResult(digest);
    }

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(List(stream, InScope(stream, range)));
    }

    public Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(List(stream, InScope(stream, keys)));
    }

    public Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var records = new RecordBatch(stream.Schema.Columns.Count);
        foreach (var (_, row) in InScope(stream, keys))
            row.AppendTo(records);
        return Task.FromResult(records);
    }

    private static KeyDigests List(ScopedStream stream, IEnumerable<KeyValuePair<Key, Row>> rows)
    {
        var keys = new RecordBatch(stream.Schema.KeyColumns.Count);
        var digests = new List<ulong>();
        foreach (var (key, row) in rows)
        {
            key.AppendTo(keys);
            digests.Add(Hash(row));
        }
        return new KeyDigests(keys, digests);
    }

    private IEnumerable<KeyValuePair<Key, Row>> InScope(ScopedStream stream, KeyRange range)
    {
        var state = database.View().State;
        return state.Table(stream.Schema.Name)
            .Where(one => database.Order.Contains(range, one.Key) && ScopeRule.Includes(stream, one.Value, state));
    }

    private IEnumerable<KeyValuePair<Key, Row>> InScope(ScopedStream stream, RecordBatch keys)
    {
        var state = database.View().State;
        return Enumerable.Range(0, keys.Count)
            .Select(at => Key.Of(keys, at))
            .Distinct()
            .Select(key => KeyValuePair.Create(key, state.Find(stream.Schema.Name, key)))
            .Where(one => one.Value is not null && ScopeRule.Includes(stream, one.Value, state))
            .Select(one => KeyValuePair.Create(one.Key, one.Value!))
            .ToList();
    }

    private static ulong Hash(Row row)
    {
        var hasher = new RecordHasher();
        for (var i = 0; i < row.Count; i++)
        {
            switch (row[i].Kind)
            {
                case ValueKind.Null: hasher.AddNull(); break;
                case ValueKind.Integer: hasher.AddInteger(row[i].Number); break;
                case ValueKind.Real: hasher.AddReal(BitConverter.Int64BitsToDouble(row[i].Number)); break;
                case ValueKind.Text: hasher.AddText(row[i].Bytes); break;
                case ValueKind.Bytes: hasher.AddBytes(row[i].Bytes); break;
                default: throw new InvalidOperationException($"Value kind {row[i].Kind}.");
            }
        }
        return hasher.End();
    }
}
