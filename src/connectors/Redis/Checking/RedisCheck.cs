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
    private static readonly Version Oldest = new(6, 0);
    private static readonly Version OldestOfCluster = new(7, 0);
    private static readonly Version OldestOfRows = new(7, 0);

    private readonly List<Problem> _problems = [];

    internal async Task<IReadOnlyList<Problem>> Look(StoreRole role, CancellationToken cancellation)
    {
        var facts = session.Facts;
        var oldest = facts.IsCluster ? OldestOfCluster : Oldest;
        if (facts.Version < oldest)
            _problems.Add(RedisProblems.TooOld(
                session.Shown, $"{facts.Version}", $"{oldest}", facts.IsCluster ? "Clusters" : "Servers"));
        LookAtKind();
        if (!session.IsLikePeer && role == StoreRole.Source)
            _problems.Add(RedisProblems.UnlikeScopes(session.Shown, session.Opening.Elsewhere));
        if (_problems.Count > 0)
            return _problems;
        var control = await session.Control(cancellation).ConfigureAwait(false);
        await LookAtReplication(control, role, cancellation).ConfigureAwait(false);
        await LookAtRights(control, cancellation).ConfigureAwait(false);
        if (role == StoreRole.Source && session.Scope.Slots is not null)
            await LookAtOtherDatabases(control, cancellation).ConfigureAwait(false);
        if (session.Opening.FencedUser is { } user)
            await LookAtFence(control, user, cancellation).ConfigureAwait(false);
        else if (facts.IsBefore7 && session.Scope.IsWhole)
            _problems.Add(RedisProblems.CannotPause(session.Shown, $"{facts.Version}"));
        if (role == StoreRole.Target)
            await LookAtTarget(control, cancellation).ConfigureAwait(false);
        return _problems;
    }

    /// <summary>The same for a server that shall hold rows of a table: it may hold other keys too.</summary>
    internal async Task<IReadOnlyList<Problem>> LookAtRows(CancellationToken cancellation)
    {
        if (WhyNotRows() is { } old)
            _problems.Add(old);
        LookAtKind();
        var control = await session.Control(cancellation).ConfigureAwait(false);
        LookAtEviction(await Memory(control, cancellation).ConfigureAwait(false));
        return _problems;
    }

    /// <summary>Rows and keys were never tried with older servers.</summary>
    internal Problem? WhyNotRows() => session.Facts.Version < OldestOfRows
        ? RedisProblems.TooOld(session.Shown, $"{session.Facts.Version}", $"{OldestOfRows}", "Servers beside tables")
        : null;

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

    /// <summary>A dry run of what the user has to do.</summary>
    private async Task LookAtRights(RedisConnection control, CancellationToken cancellation)
    {
        string[][] needed =
        [
            ["COMMAND"], ["INFO"], ["SCAN", "0"], ["MULTI"],
            ["HSET", session.CheckpointKey, "any", "any"],
            ["SADD", session.ExpiryKey, "any"], .. session.Scope.Examples.SelectMany(OnKey),
        ];
        if (!session.Facts.IsBefore7)
            needed = [.. needed, ["CLIENT", "PAUSE", "1", "WRITE"]];
        if (session.Owner.IsCluster)
            needed = [.. needed, ["CLUSTER", "SLOTS"], ["CLUSTER", "NODES"], ["EVAL", "return 1", "0"]];
        foreach (var words in needed)
        {
            if (await DryRun.WhyNot(control, session.Facts, words, cancellation).ConfigureAwait(false) is { } said)
                _problems.Add(RedisProblems.NotAllowed(session.Shown, said));
        }
    }

    /// <summary>As a replica follows, or by what the server says of touched keys.</summary>
    private async Task LookAtReplication(
        RedisConnection control, StoreRole role, CancellationToken cancellation)
    {
        if (await ReplicationRight.WhyNot(control, session.Facts, cancellation).ConfigureAwait(false) is not { } why)
            return;
        if (role != StoreRole.Source || !TouchLink.Suits(session))
        {
            _problems.Add(RedisProblems.NoReplication(session.Shown, why));
            return;
        }
        var (telling, untold) = await TouchTellings.Choose(session, cancellation).ConfigureAwait(false);
        _problems.Add(telling switch
        {
            null => RedisProblems.NothingTold(session.Shown, $"{why}. {untold}"),
            KeyNotifications => RedisProblems.Notified(session.Shown, $"{why}. {untold}"),
            _ => RedisProblems.Tracked(session.Shown, why),
        });
    }

    private string[][] OnKey(string key) =>
        [
            ["DUMP", key], ["MEMORY", "USAGE", key], ["OBJECT", "ENCODING", key],
            [session.Facts.IsBefore7 ? "EVAL" : "EVAL_RO", "return 1", "1", key],
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
        await LookAtFunctions(source, cancellation).ConfigureAwait(false);
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

    private async Task LookAtFunctions(RedisConnection source, CancellationToken cancellation)
    {
        if (!session.Facts.IsBefore7 || !session.Scope.HasFunctions)
            return;
        var libraries = (await source.Send(CommandBatch.Of("FUNCTION", "LIST"), cancellation).ConfigureAwait(false))[0];
        if (!libraries.IsError && libraries.Items.Length > 0)
            _problems.Add(RedisProblems.NoFunctions(session.Shown, $"{session.Facts.Version}"));
    }

    private static long Number(Dictionary<string, string> info, string name) =>
        long.Parse(info.GetValueOrDefault(name, "0"), CultureInfo.InvariantCulture);
}
