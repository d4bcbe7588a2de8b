using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>The canonical digest of a value that is too large to travel whole, from pieces of it.</summary>
/// <remarks>Others may write in between: a digest that was taken meanwhile is a digest of nothing, and whoever compares
/// looks again when the key was touched.</remarks>
internal sealed class LargeValueDigest(RedisConnection connection, ServerFacts facts)
{
    private const int PerPage = 1_000;

    private static readonly Version FieldExpiries = new(7, 4);

    private readonly CanonicalForm _form = new();

    /// <summary>The digest, and when the key expires: Unix milliseconds; −1: never. Null when the key is gone, or its
    /// type has no pieces.</summary>
    internal async Task<(ulong Digest, long Expires)?> Of(byte[] key, CancellationToken cancellation)
    {
        var head = await connection.Send(
            KeyExpiry.Ask(new CommandBatch().Begin(2).Arg("TYPE"u8).Arg(key), facts, key), cancellation)
            .ConfigureAwait(false);
        connection.ThrowIfError(head);
        var expires = head[1].Number;
        switch (head[0].Text)
        {
            case "string":
                await AddString(key, cancellation).ConfigureAwait(false);
                return (_form.End(ValueKind.String, expires), expires);
            case "list":
                await AddList(key, cancellation).ConfigureAwait(false);
                return (_form.End(ValueKind.List, expires), expires);
            case "set":
                await Scan("SSCAN", key, page => AddMembers(page), cancellation).ConfigureAwait(false);
                return (_form.End(ValueKind.Set, expires), expires);
            case "hash":
                await AddHash(key, cancellation).ConfigureAwait(false);
                return (_form.End(ValueKind.Hash, expires), expires);
            case "zset":
                await Scan("ZSCAN", key, page => AddScored(page), cancellation).ConfigureAwait(false);
                return (_form.End(ValueKind.SortedSet, expires), expires);
            default:
                return null;
        }
    }

    private async Task AddString(byte[] key, CancellationToken cancellation)
    {
        for (long at = 0; ; at += CanonicalForm.Block)
        {
            var block = await connection.One(
                new CommandBatch().Begin(4).Arg("GETRANGE"u8).Arg(key).Arg(at).Arg(at + CanonicalForm.Block),
                cancellation).ConfigureAwait(false);

            // One byte more than a block tells whether this is the last.
            var isLast = block.Bytes.Length <= CanonicalForm.Block;
            _form.AddNext(block.Bytes.AsSpan(0, Math.Min(block.Bytes.Length, CanonicalForm.Block)));
            if (isLast)
                return;
        }
    }

    private async Task AddList(byte[] key, CancellationToken cancellation)
    {
        for (long at = 0; ; at += PerPage)
        {
            var page = await connection.One(
                new CommandBatch().Begin(4).Arg("LRANGE"u8).Arg(key).Arg(at).Arg(at + PerPage - 1), cancellation)
                .ConfigureAwait(false);
            foreach (var element in page.Items)
                _form.AddNext(element.Bytes);
            if (page.Items.Length < PerPage)
                return;
        }
    }

    private async Task AddHash(byte[] key, CancellationToken cancellation)
    {
        await Scan(
            "HSCAN", key,
            async page =>
            {
                var expiries = await Expiries(key, page, cancellation).ConfigureAwait(false);
                for (var i = 0; i < page.Length; i += 2)
                    _form.AddField(page[i].Bytes, page[i + 1].Bytes, expiries is null ? -1 : expiries[i / 2].Number);
            },
            cancellation).ConfigureAwait(false);
    }

    private async Task<RespValue[]?> Expiries(byte[] key, RespValue[] page, CancellationToken cancellation)
    {
        if (facts.Version < FieldExpiries || page.Length == 0)
            return null;
        var ask = new CommandBatch().Begin(4 + (page.Length / 2)).Arg("HPEXPIRETIME"u8).Arg(key).Arg("FIELDS"u8)
            .Arg(page.Length / 2);
        for (var i = 0; i < page.Length; i += 2)
            ask.Arg(page[i].Bytes);
        return (await connection.One(ask, cancellation).ConfigureAwait(false)).Items;
    }

    private Task AddMembers(RespValue[] page)
    {
        foreach (var member in page)
            _form.AddMember(member.Bytes);
        return Task.CompletedTask;
    }

    private Task AddScored(RespValue[] page)
    {
        for (var i = 0; i < page.Length; i += 2)
            _form.AddScored(page[i].Bytes, Score(page[i + 1].Bytes));
        return Task.CompletedTask;
    }

    private static double Score(byte[] text) => Encoding.ASCII.GetString(text) switch
    {
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        var digits => double.Parse(digits, CultureInfo.InvariantCulture),
    };

    /// <summary>Goes through a value. A server may tell an element twice while it rehashes: each counts once.</summary>
    private async Task Scan(
        string command, byte[] key, Func<RespValue[], Task> add, CancellationToken cancellation)
    {
        var cursor = "0"u8.ToArray();
        var words = command == "SSCAN" ? 1 : 2;
        var seen = new HashSet<ulong>();
        do
        {
            var page = await connection.One(
                new CommandBatch().Begin(5).Arg(command).Arg(key).Arg(cursor).Arg("COUNT"u8).Arg(PerPage), cancellation)
                .ConfigureAwait(false);
            cursor = page.Items[0].Bytes;
            await add(Fresh(page.Items[1].Items, words, seen)).ConfigureAwait(false);
        }
        while (!cursor.AsSpan().SequenceEqual("0"u8));
    }

    private static RespValue[] Fresh(RespValue[] items, int words, HashSet<ulong> seen)
    {
        var fresh = new List<RespValue>(items.Length);
        for (var i = 0; i < items.Length; i += words)
        {
            if (!seen.Add(Core.Digests.XxHash64.Hash(items[i].Bytes)))
                continue;
            for (var part = 0; part < words; part++)
                fresh.Add(items[i + part]);
        }
        return [.. fresh];
    }
}
