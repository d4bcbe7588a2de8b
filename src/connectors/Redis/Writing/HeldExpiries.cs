using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Keys that were given more time than they have, because their origin may have renewed them in what is still
/// to come: without it they would expire here first, and the renewal would find nothing.</summary>
/// <remarks>
/// Their names are in a set at the destination, written in one transaction with the keys. Once the destination has
/// caught up, each gets the time that the origin says; only the origin judges what has expired, by the DEL that it
/// sends. Times that are set so may be older or newer than what follows; what follows sets them again.
/// </remarks>
internal sealed class HeldExpiries(RedisSession session)
{
    private const int AtOnce = 500;

    /// <summary>What PEXPIRETIME says of a key that is not there.</summary>
    private const long Gone = -2;

    /// <summary>Whoever has less time than this left may be renewed before the copy is through.</summary>
    private static readonly TimeSpan CopyTime = TimeSpan.FromHours(1);

    private static readonly TimeSpan FollowTime = TimeSpan.FromMinutes(5);

    private readonly byte[] _set = Encoding.UTF8.GetBytes(session.ExpiryKey);
    private readonly byte[] _checkpoint = Encoding.UTF8.GetBytes(session.CheckpointKey);
    private bool? _areThere;

    /// <summary>The time that a key of the snapshot gets.</summary>
    /// <param name="now">At the destination, Unix milliseconds.</param>
    /// <param name="expires">What the origin said.</param>
    /// <param name="isHeld">Whether it is more than that: then the key has to be noted.</param>
    internal static long WhileCopying(long now, long expires, out bool isHeld) =>
        Longer(now + (long)CopyTime.TotalMilliseconds, expires, out isHeld);

    /// <summary>The same of a change that comes late.</summary>
    internal static long WhileLate(long now, long expires, out bool isHeld) =>
        Longer(now + (long)FollowTime.TotalMilliseconds, expires, out isHeld);

    /// <summary>The destination's clock, Unix milliseconds.</summary>
    internal static async Task<long> Now(RedisConnection connection, CancellationToken cancellation)
    {
        var time = (await connection.Call(cancellation, "TIME").ConfigureAwait(false)).Items;
        return (time[0].Number * 1000) + (time[1].Number / 1000);
    }

    /// <summary>Notes a key, in the transaction that writes it, while <see cref="RedisSession.OwnDatabase"/> is
    /// selected.</summary>
    internal void Note(CommandBatch commands, int database, ReadOnlySpan<byte> key)
    {
        _areThere = true;
        commands.Begin(3).Arg("SADD"u8).Arg(_set).Arg(Name(database, key));
    }

    /// <summary>Gives all of them the time that they have at the origin.</summary>
    /// <param name="connection">The one that writes; in the database of what Godwit remembers.</param>
    internal async Task Release(RedisConnection connection, CancellationToken cancellation)
    {
        if (_areThere == false || session.Peer is null)
            return;
        await session.AskPeer(cancellation).ConfigureAwait(false);
        RedisConnection? origin = null;
        try
        {
            while (true)
            {
                var some = await connection.Call(
                    cancellation, "SRANDMEMBER", session.ExpiryKey, AtOnce.ToString(CultureInfo.InvariantCulture))
                    .ConfigureAwait(false);
                _areThere = some.Items.Length > 0;
                if (some.Items.Length == 0)
                    return;
                origin ??= await DialOrigin(cancellation).ConfigureAwait(false);
                if (origin is null)
                    return;
                var times = await Times(origin, some.Items, cancellation).ConfigureAwait(false);
                await Write(connection, times, cancellation).ConfigureAwait(false);
                if (times.Count < some.Items.Length)
                    return; // A slot of theirs is on its way at the origin: they are asked about again.
            }
        }
        finally
        {
            if (origin is not null)
                await origin.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <returns>Null while its slots are apart: what was read of it does not wait for that.</returns>
    private async Task<RedisConnection?> DialOrigin(CancellationToken cancellation)
    {
        try
        {
            return await session.DialPeer(cancellation).ConfigureAwait(false);
        }
        catch (GodwitException failure) when (RedisProblems.SaysApart(failure.Problem))
        {
            return null;
        }
    }

    private static long Longer(long least, long expires, out bool isHeld)
    {
        isHeld = expires < least;
        return isHeld ? least : expires;
    }

    private static byte[] Name(int database, ReadOnlySpan<byte> key) =>
        [.. Encoding.ASCII.GetBytes(database.ToString(CultureInfo.InvariantCulture)), (byte)':', .. key];

    private static (int Database, byte[] Key) Parse(byte[] name)
    {
        var colon = Array.IndexOf(name, (byte)':');
        return (int.Parse(name.AsSpan(0, colon), CultureInfo.InvariantCulture), name[(colon + 1)..]);
    }

    /// <summary>What the origin says of those that it has; <see cref="Gone"/> for what another part has taken over,
    /// which gives it its time. Of keys whose slot is on its way nothing is said.</summary>
    private async Task<List<(byte[] Name, long Expires)>> Times(
        RedisConnection origin, RespValue[] names, CancellationToken cancellation)
    {
        var times = new List<(byte[] Name, long Expires)>();
        var asked = new List<byte[]>();
        var commands = new CommandBatch();
        foreach (var name in names)
        {
            var (database, key) = Parse(name.Bytes);
            if (!session.Scope.Contains(database, key))
            {
                times.Add((name.Bytes, Gone));
                continue;
            }
            asked.Add(name.Bytes);
            Select(commands, database);
            KeyExpiry.Ask(commands, session.PeerFacts, key);
        }
        if (asked.Count == 0)
            return times;
        var replies = await origin.Send(commands, cancellation).ConfigureAwait(false);
        var each = session.Scope.IsServer ? 2 : 1;
        for (var i = 0; i < asked.Count; i++)
        {
            var reply = replies[((i + 1) * each) - 1];
            if (ClusterMap.SaysElsewhere(reply))
                continue;
            origin.ThrowIfError([reply]);
            times.Add((asked[i], reply.Number));
        }
        return times;
    }

    private async Task Write(
        RedisConnection connection, List<(byte[] Name, long Expires)> times, CancellationToken cancellation)
    {
        if (times.Count == 0)
            return;
        var writer = new TransactionWriter(connection, _checkpoint, session.Shown, session.Owner.IsCluster);
        writer.Watch();
        var commands = writer.Begin();
        foreach (var (name, expires) in times)
        {
            var (database, key) = Parse(name);
            Select(commands, database);
            if (expires >= 0)
                commands.Begin(3).Arg("PEXPIREAT"u8).Arg(key).Arg(expires);
            else if (expires == -1)
                commands.Begin(2).Arg("PERSIST"u8).Arg(key);
        }
        Select(commands, session.OwnDatabase);
        commands.Begin(2 + times.Count).Arg("SREM"u8).Arg(_set);
        foreach (var (name, _) in times)
            commands.Arg(name);

        // With the mark of Godwit's own writes, or they would flow back after a handover.
        commands.Add("HSET", session.CheckpointKey, "released", "1");
        await writer.End(0, cancellation).ConfigureAwait(false);
        await writer.Finish(cancellation).ConfigureAwait(false);
    }

    private void Select(CommandBatch commands, int database)
    {
        if (session.Scope.IsServer)
            commands.Begin(2).Arg("SELECT"u8).Arg(database);
    }
}
