using System.Runtime.CompilerServices;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Core.Records;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Reads what keys hold at the server as it is now, so much at once as may be held.</summary>
internal sealed class KeyReader(RedisSession session)
{
    private const int PerRequest = 128;

    /// <summary>Elements of a value take that many times more memory at a server than they have bytes, at
    /// most.</summary>
    private const long MostOverhead = 16;

    private static readonly byte[] Length = "local value = redis.call('DUMP', KEYS[1]) return value and #value or 0"u8
        .ToArray();

    /// <summary>What some keys hold; those that are gone are left out.</summary>
    /// <param name="keys">As the session's scope names them; stays the caller's.</param>
    /// <returns>Places in <paramref name="keys"/>, ascending, with what DUMP gives and when it expires (Unix
    /// milliseconds, −1 never).</returns>
    /// <exception cref="Core.Problems.GodwitException">A value is too large for a row.</exception>
    internal async IAsyncEnumerable<(int At, byte[] Payload, long Expires)> Read(
        RecordBatch keys, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var places in Enumerable.Range(0, keys.Count).Chunk(PerRequest))
        {
            var sizes = await Sizes(keys, places, cancellation).ConfigureAwait(false);
            foreach (var group in ValueGroups.Of(sizes))
            {
                foreach (var one in await Dump(keys, group, cancellation).ConfigureAwait(false))
                    yield return one;
            }
        }
    }

    /// <summary>Reads keys as rows; those that are gone are left out. No batch is empty.</summary>
    internal async IAsyncEnumerable<RecordBatch> Rows(
        RecordBatch keys, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = KeyRows.New();
        await foreach (var (at, payload, expires) in Read(keys, cancellation).ConfigureAwait(false))
        {
            var parsed = RestorePayload.Parse(payload);
            KeyRows.Append(
                rows, session.Shown, session.Scope.NameAt(keys, at), parsed.Type, parsed.Value.Span, expires,
                session.Facts.IsValkey);
            if (rows.Size < ValueGroups.MostBytes)
                continue;
            yield return rows;
            rows = KeyRows.New();
        }
        if (rows.Count > 0)
            yield return rows;
        else
            rows.Dispose();
    }

    /// <summary>The names that keys of rows stand for, as the session's scope names them; what can be no key of the
    /// migration is left out.</summary>
    internal RecordBatch Names(RecordBatch keys)
    {
        var names = session.Scope.NewKeys();
        for (var i = 0; i < keys.Count; i++)
        {
            if (Name(keys, i) is not { } name)
                continue;
            session.Scope.Append(names, session.OwnDatabase, name);
            names.EndRecord();
        }
        return names;
    }

    /// <summary>The name that a row's key stands for; null when it can be no key of the migration.</summary>
    internal byte[]? Name(RecordBatch keys, int record) =>
        KeyText.Read(keys.BytesAt(record, 0)) is { } name && session.Scope.Contains(session.OwnDatabase, name)
            ? name
            : null;

    private async Task<List<(int At, byte[] Payload, long Expires)>> Dump(
        RecordBatch keys, List<int> places, CancellationToken cancellation) =>
        await new ValueDumps(
            await Connection(cancellation).ConfigureAwait(false), session.Facts, session.Scope, keys)
            .Read([.. places], cancellation).ConfigureAwait(false);

    private Task<RedisConnection> Connection(CancellationToken cancellation) =>
        session.At(session.OwnDatabase, cancellation);

    /// <summary>What the values of those keys that are there take at the server.</summary>
    private async Task<List<(int Place, long Size)>> Sizes(
        RecordBatch keys, int[] places, CancellationToken cancellation)
    {
        var commands = new CommandBatch();
        foreach (var place in places)
            commands.Begin(3).Arg("MEMORY"u8).Arg("USAGE"u8).Arg(session.Scope.NameAt(keys, place));
        var connection = await Connection(cancellation).ConfigureAwait(false);
        var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        var sizes = new List<(int, long)>(places.Length);
        for (var i = 0; i < places.Length; i++)
        {
            if (replies[i].IsNull)
                continue;
            var size = replies[i].Number;
            if (size > KeyRows.MostBytes)
                await Refuse(session.Scope.NameAt(keys, places[i]).ToArray(), size, cancellation)
                    .ConfigureAwait(false);
            sizes.Add((places[i], size));
        }
        return sizes;
    }

    /// <summary>Refuses a value that has too many bytes, without having it sent.</summary>
    internal async Task Refuse(byte[] name, long size, CancellationToken cancellation)
    {
        var connection = await Connection(cancellation).ConfigureAwait(false);
        var type = (await connection.One(new CommandBatch(256).Begin(2).Arg("TYPE"u8).Arg(name), cancellation)
            .ConfigureAwait(false)).Text;
        var ask = type == "string"
            ? new CommandBatch(256).Begin(2).Arg("STRLEN"u8).Arg(name)
            : size / MostOverhead > KeyRows.MostBytes
            ? null
            : new CommandBatch(512).Begin(4).Arg("EVAL_RO"u8).Arg(Length).Arg(1).Arg(name);
        var length = ask is null
            ? size
            : (await connection.One(ask, cancellation).ConfigureAwait(false)).Number;
        if (length > KeyRows.MostBytes)
            throw KeyRows.TooLarge(session.Shown, name, length);
    }
}
