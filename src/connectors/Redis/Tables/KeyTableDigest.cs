using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Proves that rows are what keys hold.</summary>
/// <remarks>A key has its row's digest only if the value that is made of the row again means what the server dumps: a
/// form that loses something proves nothing.</remarks>
internal sealed class KeyTableDigest(RedisSession session, KeyReader reader) : IDigest
{
    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Sum(this, stream, range, cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Of(this, stream, range, columns: 1, cancellation);

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (_, names) in new ScopeSweep(session).Walk(null, cancellation).ConfigureAwait(false))
        {
            if (names.Count == 0)
                continue;
            var keys = new RecordBatch(1);
            foreach (var name in names)
            {
                keys.AppendText(KeyText.Of(name));
                keys.EndRecord();
            }
            yield return keys;
        }
    }

    public async Task<RecordBatch> Missing(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var missing = new RecordBatch(1);
        if (keys.Count == 0)
            return missing;
        var commands = new CommandBatch();
        var names = Enumerable.Range(0, keys.Count).Select(i => reader.Name(keys, i)).ToArray();
        foreach (var name in names)
            commands.Begin(2).Arg("EXISTS"u8).Arg(name ?? []);
        var connection = await session.At(session.OwnDatabase, cancellation).ConfigureAwait(false);
        var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        for (var i = 0; i < keys.Count; i++)
        {
            if (names[i] is null || replies[i].Number == 0)
                Key.Of(keys, i).AppendTo(missing);
        }
        return missing;
    }

    public async Task<KeyDigests> ListKeys(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var (found, digests, hasher) = (new RecordBatch(1), new List<ulong>(), new RecordHasher());
        var canonical = new CanonicalDigest();
        using var names = reader.Names(keys);
        await foreach (var (at, payload, expires) in reader.Read(names, cancellation).ConfigureAwait(false))
        {
            using var row = Row(names, at, payload, expires);
            for (var column = 0; column < row.ColumnCount; column++)
                hasher.Add(row, 0, column);
            if (!ComesBack(row, canonical, canonical.Of(payload, expires, session.Facts.IsValkey)))
                hasher.AddBytes(payload);
            found.AppendFrom(row, 0, KeyRows.Key);
            found.EndRecord();
            digests.Add(hasher.End());
        }
        return new KeyDigests(found, digests);
    }

    public async Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var shown = KeyRows.New();
        using var names = reader.Names(keys);
        await foreach (var rows in reader.Rows(names, cancellation).ConfigureAwait(false))
        {
            using (rows)
                shown.AppendAll(rows);
        }
        return shown;
    }

    private static bool ComesBack(RecordBatch row, CanonicalDigest canonical, ulong digest)
    {
        try
        {
            var elements = ValueFormReader.Read(
                row.BytesAt(0, KeyRows.Type), row.BytesAt(0, KeyRows.Value).ToArray(), now: 0);
            var expires = row.KindAt(0, KeyRows.ExpiresAt) == Core.Records.ValueKind.Null
                ? -1
                : ExpiryText.Read(row.BytesAt(0, KeyRows.ExpiresAt));
            return expires is { } time && canonical.Of(elements, time) == digest;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private RecordBatch Row(RecordBatch names, int at, byte[] payload, long expires)
    {
        var row = KeyRows.New();
        var parsed = RestorePayload.Parse(payload);
        KeyRows.Append(
            row, session.Shown, session.Scope.NameAt(names, at), parsed.Type, parsed.Value.Span, expires,
            session.Facts.IsValkey);
        return row;
    }
}
