using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Rows;

/// <summary>Proves that hashes hold the rows of a table.</summary>
/// <remarks>A hash knows no types: it is read beside the row that it stands for, and has the row's digest exactly when
/// it says the same in the form in which rows are written.</remarks>
internal sealed class RowDigest(RedisSession session, RowNames names, IStore source) : IDigest
{
    public async Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        using var list = await List(stream, range, cancellation).ConfigureAwait(false);
        return list.Digests.Aggregate(default(RangeDigest), (sum, one) => sum.Add(one));
    }

    public async Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation)
    {
        var (all, digests) = (new RecordBatch(stream.Schema.KeyColumns.Count), new List<ulong>());
        await foreach (var keys in Walk(stream, cancellation).ConfigureAwait(false))
        {
            using (keys)
            using (var some = await ListKeys(stream, keys, cancellation).ConfigureAwait(false))
            {
                all.AppendAll(some.Keys);
                digests.AddRange(some.Digests);
            }
        }
        return new KeyDigests(all, digests);
    }

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var key = names.Of(stream.Schema);
        await foreach (var page in new RowScan(control, key).Pages(cancellation).ConfigureAwait(false))
        {
            var keys = new RecordBatch(stream.Schema.KeyColumns.Count);
            foreach (var name in page)
                key.TryRead(name, stream.Schema, keys);
            if (keys.Count > 0)
                yield return keys;
            else
                keys.Dispose();
        }
    }

    public async Task<KeyDigests> ListKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var hashes = await Read(stream, keys, cancellation).ConfigureAwait(false);
        using var rows = await source.Digest.Show(stream, keys, cancellation).ConfigureAwait(false);
        var byKey = new Dictionary<Key, int>();
        var keyColumns = stream.Schema.KeyColumns.ToArray();
        for (var i = 0; i < rows.Count; i++)
            byKey[Key.Of(rows, i, keyColumns)] = i;
        var (found, digests, hasher) = (new RecordBatch(keys.ColumnCount), new List<ulong>(), new RecordHasher());
        for (var i = 0; i < keys.Count; i++)
        {
            if (hashes[i].Count == 0)
                continue;
            var key = Key.Of(keys, i);
            key.AppendTo(found);
            var isAlike = byKey.TryGetValue(key, out var row) && IsAlike(stream.Schema, rows, row, hashes[i]);
            digests.Add(isAlike ? OfRow(hasher, rows, row) : OfHash(hasher, hashes[i]));
        }
        return new KeyDigests(found, digests);
    }

    public async Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var hashes = await Read(stream, keys, cancellation).ConfigureAwait(false);
        var rows = new RecordBatch(stream.Schema.Columns.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            if (hashes[i].Count == 0)
                continue;
            for (var column = 0; column < stream.Schema.Columns.Count; column++)
                AppendShown(rows, keys, i, stream.Schema, column, hashes[i]);
            rows.EndRecord();
        }
        return rows;
    }

    private static void AppendShown(
        RecordBatch rows, RecordBatch keys, int record, StreamSchema schema, int column,
        Dictionary<string, byte[]> hash)
    {
        var inKey = schema.KeyColumns.ToList().IndexOf(column);
        if (inKey >= 0)
            rows.AppendFrom(keys, record, inKey);
        else if (hash.TryGetValue(schema.Columns[column].Name, out var value))
            rows.AppendText(value);
        else
            rows.AppendNull();
    }

    private static bool IsAlike(StreamSchema schema, RecordBatch rows, int row, Dictionary<string, byte[]> hash)
    {
        var fields = 0;
        for (var column = 0; column < schema.Columns.Count; column++)
        {
            if (RowText.Of(rows, row, column) is not { } value)
                continue;
            fields++;
            if (!hash.TryGetValue(schema.Columns[column].Name, out var there) || !there.AsSpan().SequenceEqual(value))
                return false;
        }
        return fields == hash.Count;
    }

    private static ulong OfRow(RecordHasher hasher, RecordBatch rows, int row)
    {
        for (var column = 0; column < rows.ColumnCount; column++)
            hasher.Add(rows, row, column);
        return hasher.End();
    }

    private static ulong OfHash(RecordHasher hasher, Dictionary<string, byte[]> hash)
    {
        foreach (var (field, value) in hash.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            hasher.AddText(System.Text.Encoding.UTF8.GetBytes(field));
            hasher.AddBytes(value);
        }
        return hasher.End();
    }

    /// <summary>The hash for each key; without fields where there is none.</summary>
    private async Task<List<Dictionary<string, byte[]>>> Read(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var writer = new RowWriter(names.Of(stream.Schema), stream.Schema);
        var commands = new CommandBatch();
        for (var i = 0; i < keys.Count; i++)
            commands.Begin(2).Arg("HGETALL"u8).Arg(writer.NameOf(keys, i));
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var replies = keys.Count == 0 ? [] : await control.Send(commands, cancellation).ConfigureAwait(false);
        var hashes = new List<Dictionary<string, byte[]>>(keys.Count);
        foreach (var reply in replies)
        {
            var hash = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            if (reply.IsError)
                hash["of another type"] = reply.Bytes;
            for (var i = 0; i + 1 < reply.Items.Length; i += 2)
                hash[reply.Items[i].Text] = reply.Items[i + 1].Bytes;
            hashes.Add(hash);
        }
        return hashes;
    }
}
