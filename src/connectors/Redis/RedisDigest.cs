using System.Runtime.CompilerServices;
using System.Text;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Verifying;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Digests;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis;

/// <summary>Proves what a server holds: by digests that the server makes, and where those differ by what the values
/// mean.</summary>
internal sealed class RedisDigest(RedisSession session) : IDigest
{
    /// <summary>Keys of one script: it holds up everybody else at the server for as long as it runs.</summary>
    private const int PerScript = 64;

    /// <summary>How much two servers' clocks, and the moments at which they were asked, may differ.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly ScopeSweep _sweep = new(session);

    public Task<RangeDigest> Digest(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Sum(this, stream, range, cancellation);

    public Task<KeyDigests> List(ScopedStream stream, KeyRange range, CancellationToken cancellation) =>
        WalkedList.Of(this, stream, range, session.Scope.IsServer ? 2 : 1, cancellation);

    public async Task<KeyDigests> ListKeys(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var (found, digests, times) = (session.Scope.NewKeys(), new List<ulong>(), new List<long>());
        await session.AskPeer(cancellation).ConfigureAwait(false);
        var canonical = new CanonicalDigest(session.Facts.IsBefore7 || session.PeerFacts.IsBefore7);
        var large = new List<int>();
        await foreach (var (at, payload, expires) in Dump(keys, large, cancellation).ConfigureAwait(false))
            Add(at, canonical.Of(payload, expires, session.Facts.IsValkey), expires);
        foreach (var at in large)
        {
            var connection = await session.At(session.Scope.DatabaseAt(keys, at), cancellation).ConfigureAwait(false);
            var name = session.Scope.NameAt(keys, at).ToArray();
            if (await new LargeValueDigest(connection, session.Facts).Of(name, cancellation)
                .ConfigureAwait(false) is { } one)
                Add(at, one.Digest, one.Expires);
        }
        return new KeyDigests(found, digests) { Expiring = await Expiring(times, cancellation).ConfigureAwait(false) };

        void Add(int at, ulong digest, long expires)
        {
            times.Add(expires);
            session.Scope.Append(found, session.Scope.DatabaseAt(keys, at), session.Scope.NameAt(keys, at));
            found.EndRecord();
            digests.Add(digest);
        }
    }

    public async IAsyncEnumerable<RecordBatch> Walk(
        ScopedStream stream, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var (database, names) in _sweep.Walk(null, cancellation).ConfigureAwait(false))
        {
            if (names.Count == 0)
                continue;
            var keys = session.Scope.NewKeys();
            foreach (var name in names)
            {
                session.Scope.Append(keys, database, name);
                keys.EndRecord();
            }
            yield return keys;
        }
    }

    public async Task<KeyDigests> Compared(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var (found, digests) = (session.Scope.NewKeys(), new List<ulong>());
        foreach (var (database, places) in ByDatabase(keys))
        {
            var connection = await session.At(database, cancellation).ConfigureAwait(false);
            var replies = await Probe(connection, keys, places, cancellation).ConfigureAwait(false);
            for (var i = 0; i < places.Count; i++)
            {
                if (replies[i].Kind == RespKind.Bulk)
                    Add(database, places[i], XxHash64.Hash(replies[i].Bytes));
                else if (replies[i].Kind == RespKind.Integer)
                    Add(database, places[i], NotLookedAt);
            }
        }
        return new KeyDigests(found, digests);

        void Add(int database, int place, ulong digest)
        {
            session.Scope.Append(found, database, session.Scope.NameAt(keys, place));
            found.EndRecord();
            digests.Add(digest);
        }
    }

    public async Task<RecordBatch> Missing(
        ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var missing = session.Scope.NewKeys();
        foreach (var (database, places) in ByDatabase(keys))
        {
            var commands = new CommandBatch();
            foreach (var place in places)
                commands.Begin(2).Arg("EXISTS"u8).Arg(session.Scope.NameAt(keys, place));
            var connection = await session.At(database, cancellation).ConfigureAwait(false);
            var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
            connection.ThrowIfError(replies);
            for (var i = 0; i < places.Count; i++)
            {
                if (replies[i].Integer != 0)
                    continue;
                session.Scope.Append(missing, database, session.Scope.NameAt(keys, places[i]));
                missing.EndRecord();
            }
        }
        return missing;
    }

    public async Task<RecordBatch> Show(ScopedStream stream, RecordBatch keys, CancellationToken cancellation)
    {
        var records = new RecordBatch(stream.Schema.Columns.Count);
        await foreach (var (at, payload, expires) in Dump(keys, large: null, cancellation).ConfigureAwait(false))
        {
            session.Scope.Append(records, session.Scope.DatabaseAt(keys, at), session.Scope.NameAt(keys, at));
            ValueRecord.Append(records, payload, expires, session.Facts.IsValkey);
            records.EndRecord();
        }
        return records;
    }

    /// <summary>Places of those that may be gone at the other side by its clock.</summary>
    /// <param name="times">When keys expire: Unix milliseconds; −1: never.</param>
    /// <param name="cancellation">Nothing is left behind.</param>
    private async Task<IReadOnlyList<int>> Expiring(List<long> times, CancellationToken cancellation)
    {
        if (times.TrueForAll(one => one < 0))
            return [];
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var now = await HeldExpiries.Now(control, cancellation).ConfigureAwait(false);
        var soon = now + (long)Tolerance.TotalMilliseconds;
        return [.. Enumerable.Range(0, times.Count).Where(at => times[at] >= 0 && times[at] <= soon)];
    }

    /// <summary>Of a value that is too large to be looked at: another one at each side, so that nothing is proved of
    /// it.</summary>
    private ulong NotLookedAt => XxHash64.Hash(Encoding.UTF8.GetBytes($"{session.Role} {session.Shown}"));

    private async Task<List<RespValue>> Probe(
        RedisConnection connection, RecordBatch keys, List<int> places, CancellationToken cancellation)
    {
        if (places.Count == 0)
            return [];
        var commands = new CommandBatch();
        foreach (var group in places.Chunk(PerScript))
            KeyProbe.Add(
                commands,
                [.. group.Select(one => (ReadOnlyMemory<byte>)session.Scope.NameAt(keys, one).ToArray())],
                session.Facts, session.Owner.IsCluster);
        var replies = await connection.Send(commands, cancellation).ConfigureAwait(false);
        connection.ThrowIfError(replies);
        return [.. replies.SelectMany(one => one.Items)];
    }

    /// <summary>Those keys that are there, with their values: each with its place in the batch.</summary>
    /// <param name="large">Gets the places of those that are too large to travel whole; null: none is.</param>
    private async IAsyncEnumerable<(int At, byte[] Payload, long Expires)> Dump(
        RecordBatch keys, List<int>? large, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var (database, places) in ByDatabase(keys))
        {
            var connection = await session.At(database, cancellation).ConfigureAwait(false);
            var dumps = new ValueDumps(connection, session.Facts, session.Scope, keys);
            foreach (var group in places.Chunk(PerScript))
            {
                var small = large is null
                    ? group
                    : await dumps.Small(group, large, cancellation).ConfigureAwait(false);
                foreach (var one in await dumps.Read(small, cancellation).ConfigureAwait(false))
                    yield return one;
            }
        }
    }

    private Dictionary<int, List<int>> ByDatabase(RecordBatch keys)
    {
        var databases = new Dictionary<int, List<int>>();
        for (var i = 0; i < keys.Count; i++)
        {
            var database = session.Scope.DatabaseAt(keys, i);
            if (!databases.TryGetValue(database, out var places))
                databases[database] = places = [];
            places.Add(i);
        }
        return databases;
    }
}
