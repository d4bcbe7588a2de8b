using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Digests;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Proves that keys hold what the rows of a table say.</summary>
/// <remarks>A key is dumped beside its row and has the row's digest exactly when both mean the same. A row whose time
/// has passed means that there is no key.</remarks>
internal sealed class TableKeyDigest(RedisSession session, TableKeys form, IStore source) : IDigest
{
    private readonly KeyReader _reader = new(session);

    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Sum(this, stream, range, cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Of(this, stream, range, columns: 1, cancellation);

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var page in form.Names(stream.Schema, cancellation).ConfigureAwait(false))
        {
            if (page.Count == 0)
                continue;
            var keys = new RecordBatch(1);
            foreach (var name in page)
            {
                TableKeys.Append(stream.Schema, keys, name);
                keys.EndRecord();
            }
            yield return keys;
        }
    }

    public async Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var (found, digests) = (new RecordBatch(1), new List<ulong>());
        var here = await Here(keys, cancellation).ConfigureAwait(false);
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var now = await HeldExpiries.Now(control, cancellation).ConfigureAwait(false);
        using var rows = await source.Digest.Show(stream, keys, cancellation).ConfigureAwait(false);
        var byKey = Enumerable.Range(0, rows.Count)
            .ToDictionary(i => Key.Of(rows, i, [.. stream.Schema.KeyColumns]));
        var (hasher, canonical) = (new RecordHasher(), new CanonicalDigest());
        for (var i = 0; i < keys.Count; i++)
        {
            var key = Key.Of(keys, i);
            ulong? row = byKey.TryGetValue(key, out var at) ? OfRow(hasher, rows, at) : null;
            var said = row is null ? null : Said(stream.Schema, rows, at, now);
            ulong? digest = here[i] is { } there
                ? said is not null && canonical.Of(said.Elements, said.Expires) == there ? row : ~there
                : said is { Expires: >= 0 } && said.Expires <= now ? row : null;
            if (digest is not { } one)
                continue;
            key.AppendTo(found);
            digests.Add(one);
        }
        return new KeyDigests(found, digests);
    }

    public async Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var shown = new RecordBatch(stream.Schema.Columns.Count);
        using var names = Names(keys);
        await foreach (var rows in _reader.Rows(names, cancellation).ConfigureAwait(false))
        {
            using (rows)
            {
                for (var i = 0; i < rows.Count; i++)
                    Append(stream.Schema, shown, rows, i);
            }
        }
        return shown;
    }

    private static void Append(StreamSchema schema, RecordBatch shown, RecordBatch rows, int row)
    {
        foreach (var column in schema.Columns)
        {
            var place = KeyRows.Columns.ToList().FindIndex(
                one => one.Equals(column.Name, StringComparison.OrdinalIgnoreCase));
            if (place == KeyRows.Key)
                TableKeys.Append(schema, shown, KeyText.Read(rows.BytesAt(row, place)) ?? []);
            else
                shown.AppendFrom(rows, row, place);
        }
        shown.EndRecord();
    }

    /// <summary>The digest of what each key holds; null where it does not exist.</summary>
    private async Task<ulong?[]> Here(RecordBatch keys, CancellationToken cancellation)
    {
        var (digests, canonical) = (new ulong?[keys.Count], new CanonicalDigest());
        using var names = Names(keys);
        await foreach (var (at, payload, expires) in _reader.Read(names, cancellation).ConfigureAwait(false))
            digests[at] = canonical.Of(payload, expires, session.Facts.IsValkey);
        return digests;
    }

    /// <summary>As the session's scope names them; what can be no key is the empty name, which rows cannot say
    /// otherwise.</summary>
    private RecordBatch Names(RecordBatch keys)
    {
        var names = session.Scope.NewKeys();
        for (var i = 0; i < keys.Count; i++)
        {
            session.Scope.Append(names, session.OwnDatabase, TableRow.NameAt(keys, i, 0) ?? []);
            names.EndRecord();
        }
        return names;
    }

    private TableRow? Said(StreamSchema schema, RecordBatch rows, int row, long now)
    {
        try
        {
            return form.Read(schema, rows, row, now);
        }
        catch (GodwitException)
        {
            return null;
        }
    }

    private static ulong OfRow(RecordHasher hasher, RecordBatch rows, int row)
    {
        for (var column = 0; column < rows.ColumnCount; column++)
            hasher.Add(rows, row, column);
        return hasher.End();
    }
}
