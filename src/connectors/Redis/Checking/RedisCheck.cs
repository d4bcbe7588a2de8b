using System.Globalization;
using Godwit.Connectors.Redis.Fencing;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Replication;
using Godwit.Connectors.Redis.Writing;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Redis.Checking;

/// <summary>Looks at a server and changes nothing.</summary>
internal sealed class RedisCheck(RedisSession session)
{
    private static readonly Version Oldest = new(7, 0);

    private readonly List<Problem> _problems = [];

    internal async Task<IReadOnlyList<Problem>> Look(StoreRole role, CancellationToken cancellation)
    {
        var facts = session.Facts;
        if (facts.Version < Oldest)
            _problems.Add(RedisProblems.TooOld(session.Shown, facts.Version.ToString()));
        LookAtKind();
        if (!session.IsLikePeer && role == StoreRole.Source)
            _problems.Add(RedisProblems.UnlikeScopes(session.Shown, session.Opening.Elsewhere));
        if (_problems.Count > 0)
            return _problems;
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var isTracked = await LookAtReplication(control, role, cancellation).ConfigureAwait(false);
        await LookAtRights(control, isTracked, cancellation).ConfigureAwait(false);
        if (role == StoreRole.Source && session.Scope.Slots is not null)
            await LookAtOtherDatabases(control, cancellation).ConfigureAwait(false);
        if (session.Opening.FencedUser is { } user)
            await LookAtFence(control, user, cancellation).ConfigureAwait(false);
        if (role == StoreRole.Target)
            await LookAtTarget(control, cancellation).ConfigureAwait(false);
        return _problems;
    }

    /// <summary>The same for a server that shall hold rows of a table: it may hold other keys too.</summary>
    internal async Task<IReadOnlyList<Problem>> LookAtRows(CancellationToken cancellation)
    {
        LookAtKind();
        var control = await session.Control(cancellation).ConfigureAwait(false);
        LookAtEviction(await Memory(control, cancellation).ConfigureAwait(false));
        return _problems;
    }

    private static async Task<Dictionary<string, string>> Memory(
        RedisConnection connection, CancellationToken cancellation) =>
        ServerFacts.Parse((await connection.Call(cancellation, "INFO", "memory").ConfigureAwait(false)).Text);

    private void LookAtKind()
    {
        if (session.Facts.IsCluster && session.Scope.Slots is null)
            _problems.Add(RedisProblems.IsCluster(session.Shown));
        if (session.Facts.IsReplica)
            _problems.Add(RedisProblems.IsReplica(session.Shown));
    }

    private void LookAtEviction(Dictionary<string, string> memory)
    {
        var policy = memory.GetValueOrDefault("maxmemory_policy", "noeviction");
        if (Number(memory, "maxmemory") > 0 && policy != "noeviction")
            _problems.Add(RedisProblems.Evicts(session.Shown, policy));
    }

    /// <summary>A dry run of the user's rights, where the server can tell (7.0).</summary>
    private async Task LookAtRights(
        RedisConnection control, bool isTracked, CancellationToken cancellation)
    {
        var who = (await control.Send(CommandBatch.Of("ACL", "WHOAMI"), cancellation).ConfigureAwait(false))[0];
        if (who.IsError)
            return;
        string[][] needed =
        [
            ["COMMAND"], ["INFO"], ["SCAN", "0"], ["MULTI"],
            ["CLIENT", "PAUSE", "1", "WRITE"], ["HSET", session.CheckpointKey, "any", "any"],
            ["SADD", session.ExpiryKey, "any"], .. session.Scope.Examples.SelectMany(OnKey),
        ];
        if (isTracked)
            needed = [.. needed, ["HELLO", "3"], ["CLIENT", "TRACKING", "ON", "BCAST"]];
        if (session.Owner.IsCluster)
            needed = [.. needed, ["CLUSTER", "SLOTS"], ["CLUSTER", "NODES"], ["EVAL", "return 1", "0"]];
        foreach (var words in needed)
        {
            var reply = (await control.Send(
                CommandBatch.Of(["ACL", "DRYRUN", who.Text, .. words]), cancellation).ConfigureAwait(false))[0];
            if (reply.IsError)
                return;
            if (reply.Text != "OK")
                _problems.Add(RedisProblems.NotAllowed(session.Shown, Printable.Text(reply.Text)));
        }
    }

    /// <returns>Whether a source has to be followed by what it says of touched keys.</returns>
    private async Task<bool> LookAtReplication(
        RedisConnection control, StoreRole role, CancellationToken cancellation)
    {
        if (await ReplicationRight.WhyNot(control, cancellation).ConfigureAwait(false) is not { } why)
            return false;
        var isTracked = role == StoreRole.Source && TrackingLink.Suits(session);
        _problems.Add(isTracked
            ? RedisProblems.Tracked(session.Shown, why)
            : RedisProblems.NoReplication(session.Shown, why));
        return isTracked;
    }

    private static string[][] OnKey(string key) =>
        [
            ["DUMP", key], ["MEMORY", "USAGE", key], ["OBJECT", "ENCODING", key], ["EVAL_RO", "return 1", "1", key],
            ["RESTORE", key, "0", "any"], ["UNLINK", key],
        ];

    /// <summary>A cluster has one database; whoever moves a server to one may have forgotten the others.</summary>
    private async Task LookAtOtherDatabases(RedisConnection control, CancellationToken cancellation)
    {
        var databases = await ServerFacts.Databases(control, cancellation).ConfigureAwait(false);
        databases.Remove(0);
        if (session.Address.Database is null && databases.Count > 0)
            _problems.Add(RedisProblems.OtherDatabases(session.Shown, string.Join(", ", databases.Keys)));
    }

    private async Task LookAtFence(RedisConnection control, string user, CancellationToken cancellation)
    {
        var rights = await UserRights.Read(control, user, cancellation).ConfigureAwait(false);
        var why = rights is null
            ? "There is no such user."
            : rights.WhyNotFenced(session.Scope);
        if (why is not null)
            _problems.Add(RedisProblems.BadFenceUser(session.Shown, user, why));
    }

    private async Task LookAtTarget(RedisConnection control, CancellationToken cancellation)
    {
        if (await Checkpoint.Read(control, session.CheckpointKey, cancellation).ConfigureAwait(false) is null
            && await new ScopeSweep(session).Sample(cancellation).ConfigureAwait(false) is { } sample)
            _problems.Add(RedisProblems.NotEmpty(session.Shown, sample));
        var memory = await Memory(control, cancellation).ConfigureAwait(false);
        LookAtEviction(memory);
        if (session.Peer is not null)
            await Compare(memory, cancellation).ConfigureAwait(false);
    }

    private async Task Compare(
        Dictionary<string, string> memory, CancellationToken cancellation)
    {
        var source = await session.DialPeer(cancellation).ConfigureAwait(false);
        await using var _ = source.ConfigureAwait(false);
        var needed = Number(await Memory(source, cancellation).ConfigureAwait(false), "used_memory_dataset");
        var most = Number(memory, "maxmemory");
        var free = most - Number(memory, "used_memory");
        if (most > 0 && session.Scope.IsAlone && needed > free)
            _problems.Add(RedisProblems.TooSmall(session.Shown, Math.Max(0, free), needed));
        if (!session.Scope.IsServer)
            return;
        var databases = await ServerFacts.Databases(source, cancellation).ConfigureAwait(false);
        var highest = databases.Count == 0 ? 0 : databases.Keys.Max();
        var control = await session.Control(cancellation).ConfigureAwait(false);
        var reply = (await control.Send(CommandBatch.Of("CONFIG", "GET", "databases"), cancellation)
            .ConfigureAwait(false))[0];
        if (!reply.IsError && reply["databases"] is { } setting && setting.Number <= highest)
            _problems.Add(RedisProblems.TooFewDatabases(session.Shown, (int)setting.Number, highest + 1));
    }

    private static long Number(Dictionary<string, string> info, string name) =>
        long.Parse(info.GetValueOrDefault(name, "0"), CultureInfo.InvariantCulture);
}
