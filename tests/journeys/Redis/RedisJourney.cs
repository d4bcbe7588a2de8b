using System.Globalization;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>A cache that is moved between two servers while its writers are at work, and an audit of every command that
/// they were told is done.</summary>
internal sealed class RedisJourney : IAsyncDisposable
{
    private const int Different = 3;
    private const int NotYet = 4;

    private readonly RedisPlan _plan;

    private RedisJourney(RedisPlan plan, RedisServer source, RedisServer target)
    {
        (_plan, Source, Target) = (plan, source, target);
        var dice = new Dice(plan.Seed);
        Move = new DatabaseMove(plan.Wishes(new MoveWishes(Address(source), Address(target))
        {
            Tenant = plan.OneTenant ? RedisPlan.MovedTenant : null,
            Keys = plan.OneTenant ? "t:{tenant}:*" : null,
            FencedUser = plan.FencesUser ? RedisPlan.TenantUser.User : null,
            MaxPause = "5s",
        }));
        Route = new ShopRoute(Move.Routes, Move.Wishes.RouteName, Move.Wishes.From);
        Traffic = new RedisTraffic(
            new RedisHabits
            {
                Route = Find,
                Epoch = () => Route.Present.Epoch,
                User = plan.FencesUser ? RedisPlan.TenantUser : null,
                LeavesKeysAtHandovers = plan is { OneTenant: true, FencesUser: false },
                Pace = plan.Pace,
            },
            dice);
        AtSource = Neighbours(source, plan.Pace, dice.Split());
        AtTarget = Neighbours(target, plan.Pace, dice.Split());
    }

    public RedisServer Source { get; }

    public RedisServer Target { get; }

    public DatabaseMove Move { get; }

    public ShopRoute Route { get; }

    /// <summary>Writers of what is moved.</summary>
    public RedisTraffic Traffic { get; }

    /// <summary>Writers of others at the source; none where all of it is moved.</summary>
    public RedisTraffic AtSource { get; }

    /// <summary>The same at the target.</summary>
    public RedisTraffic AtTarget { get; }

    /// <summary>Fills the cache and starts the writers.</summary>
    public static async Task<RedisJourney> Begin(RedisPlan plan, RedisServer source, RedisServer target)
    {
        var journey = new RedisJourney(plan, source, target);
        try
        {
            await journey.Build();
            return journey;
        }
        catch
        {
            await journey.DisposeAsync();
            throw;
        }
    }

    /// <summary>A cutover or rollback under traffic. Both sides are compared as they are at that moment, and with what
    /// was acknowledged; then writers go on at the new place.</summary>
    public async Task HandOver(string word)
    {
        await Move.Command(word);
        await CompareAtTheDoor(word);
        Route.Open();
    }

    /// <summary>Lets every writer come to rest, waits until both sides are proved equal, and compares them.</summary>
    public async Task CompareAtRest()
    {
        Route.Close();
        await EverybodyWaits();
        GodwitAnswer? answer = null;
        await Until.Holds(
            "both sides are proved equal",
            async () =>
            {
                answer = await Move.Godwit("verify", DatabaseMove.Name);

                // A copy that expired while its server was paused is repaired soon.
                Assert.True(answer.Code is 0 or Different or NotYet, $"{answer}; {Move.Runner.Said}");
                return answer.Code == 0;
            },
            () => $"{answer}; {Move.Picture}");
        await CompareAtTheDoor("verify");
    }

    /// <summary>The end, whichever side traffic goes to: all is there, nothing else is, and nothing of Godwit's is left
    /// at either side.</summary>
    public async Task End()
    {
        await CompareAtRest();
        foreach (var traffic in (RedisTraffic[])[Traffic, AtSource, AtTarget])
            await traffic.Stop();
        await Move.Finish();
        var (source, target) = (await CachePicture.Take(Source), await CachePicture.Take(Target));
        Same(source.Differences(target, _plan.Moves), "the end");
        Same(Traffic.Ledger.Audit(source, _plan.Moves), "the end, at the source");
        Same(Traffic.Ledger.Audit(target, _plan.Moves), "the end, at the target");
        Same(AtSource.Ledger.Audit(source, one => !_plan.Moves(one) && !IsQuiet(one)), "the neighbours at the source");
        Same(AtTarget.Ledger.Audit(target, one => !_plan.Moves(one) && !IsQuiet(one)), "the neighbours at the target");
        Same(await LeftBehind(Source), "the end, left at the source");
        Same(await LeftBehind(Target), "the end, left at the target");
    }

    public async ValueTask DisposeAsync()
    {
        Route.Open();
        foreach (var traffic in (RedisTraffic[])[Traffic, AtSource, AtTarget])
            await traffic.DisposeAsync();
        await Move.DisposeAsync();
    }

    /// <summary>Fails with the first of what was found.</summary>
    internal static void Same(IReadOnlyList<string> found, string when) => Assert.True(
        found.Count == 0, $"After {when}, {found.Count} findings: {string.Join("\n", found.Take(8))}");

    /// <summary>Keys of others that nobody writes: see <see cref="QuietKeys"/>.</summary>
    internal static bool IsQuiet(CacheKey key) =>
        key.Name.StartsWith(QuietKeys.Prefix, StringComparison.Ordinal) || key.Database >= QuietKeys.FirstDatabase;

    private string Address(RedisServer server) =>
        $"redis://127.0.0.1:{server.Port}{(_plan.OneTenant ? "/0" : "")}";

    private static RedisTraffic Neighbours(RedisServer server, TimeSpan pace, Dice dice) => new(
        new RedisHabits { Route = _ => ValueTask.FromResult((0L, server)), Epoch = () => 0, Pace = pace }, dice);

    private async Task Build()
    {
        foreach (var server in (RedisServer[])[Source, Target])
        {
            if (server == Source || _plan.OneTenant)
                await server.Call("FUNCTION", "LOAD", SeveralKeysDeeds.Library);
            if (_plan.FencesUser)
                await server.Call(
                    "ACL", "SETUSER", RedisPlan.TenantUser.User, "on", $">{RedisPlan.TenantUser.Password}",
                    $"~{_plan.Prefix}*", "+@all");
        }
        await Fill();
        Traffic.Start(_plan.Writers, _plan.Prefix, _plan.Databases);
        if (_plan.OneTenant)
        {
            AtSource.Start(2, "t:7:", 0);
            AtTarget.Start(2, "t:9:", 0);
            await AtSource.GoesOn(20);
            await AtTarget.GoesOn(20);
        }
        await Traffic.GoesOn(100);
    }

    private async Task Fill()
    {
        await using var client = await Source.Connect();
        var keys = Enumerable.Range(0, _plan.Filling).Select(
            one => new CacheKey(0, $"{_plan.Prefix}filling:{one.ToString(CultureInfo.InvariantCulture)}")).ToList();
        foreach (var some in keys.Chunk(500))
        {
            await client.CallAll([.. some.Select(one => (object[])["SET", one.Name, Filling(one)])]);
            Traffic.Ledger.Note(some.Select(one => new CacheChange(one, new CacheState(CacheValue.Of(Filling(one))))));
        }
    }

    private static string Filling(CacheKey key) => new('f', 100 + (key.Name[^1] * 10));

    private async ValueTask<(long Epoch, RedisServer Place)> Find(CancellationToken stop)
    {
        while (true)
        {
            var place = await Route.Find(stop);
            var present = Route.Present;
            if (present.Place == place)
                return (present.Epoch, place == Move.Wishes.To ? Target : Source);
        }
    }

    private Task EverybodyWaits() => Until.Holds(
        "all writers of what is moved are at rest",
        async () =>
        {
            await Traffic.IsWell();
            return Route.Waiting == _plan.Writers;
        },
        () => $"{Route.Waiting} of {_plan.Writers}; {string.Join("; ", Traffic.Tally.Said)}",
        TimeSpan.FromMinutes(2));

    private async Task CompareAtTheDoor(string when)
    {
        await EverybodyWaits();
        IReadOnlyList<string> found = [];
        var patience = TimeProvider.System.GetTimestamp();
        await Until.Holds(
            "what was told late has arrived",
            async () =>
            {
                var (source, target) = (await CachePicture.Take(Source), await CachePicture.Take(Target));
                found =
                [
                    .. source.Differences(target, _plan.Moves), .. Traffic.Ledger.Audit(source, _plan.Moves),
                    .. Traffic.Ledger.Audit(target, _plan.Moves),
                ];
                if (!_plan.OneTenant && source.Functions != target.Functions)
                    found = [.. found, "The libraries of functions differ."];
                return found.Count == 0 || TimeProvider.System.GetElapsedTime(patience) > TimeSpan.FromSeconds(10);
            });
        Same(found, when);
    }

    private static async Task<IReadOnlyList<string>> LeftBehind(RedisServer server)
    {
        await using var client = await server.Connect();
        var left = new List<string>();
        for (var database = 0; database < 16; database++)
        {
            await client.Call("SELECT", database.ToString(CultureInfo.InvariantCulture));
            if (await client.Text("KEYS", "__gw:*") is { Length: > 0 } keys)
                left.Add($"database {database}: {keys}");
        }
        if (await client.Text("INFO", "replication") is var info
                && !info.Contains("connected_slaves:0", StringComparison.Ordinal))
            left.Add(info);
        return left;
    }
}
