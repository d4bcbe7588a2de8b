using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Commands;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis.Clusters;

/// <summary>A cache that is moved from or to a cluster while its writers are at work, and an audit of every command
/// that they were told is done.</summary>
internal sealed class ClusterJourney : IAsyncDisposable
{
    private const int Writers = 5;

    /// <summary>Slots that go along with those of the writers.</summary>
    private const int Others = 40;

    private readonly List<(string Tag, RedisTraffic Traffic)> _traffics = [];
    private readonly List<int> _slots = [];
    private readonly SpreadWriter _spread;

    /// <param name="seed">Chance.</param>
    /// <param name="source">Where traffic is.</param>
    /// <param name="target">Where it shall go.</param>
    /// <param name="bytesPerSecond">Slow enough that a copy can be met in its middle; null for as fast as it
    /// goes.</param>
    public ClusterJourney(ulong seed, CachePlace source, CachePlace target, string? bytesPerSecond = null)
    {
        (Source, Target) = (source, target);
        Move = new DatabaseMove(new MoveWishes(source.Address, target.Address)
        {
            MaxPause = "5s", BytesPerSecond = bytesPerSecond,
        });
        Route = new ShopRoute(Move.Routes, Move.Wishes.RouteName, source.Address);
        var dice = new Dice(seed);
        for (var i = 0; i < Writers; i++)
        {
            var slot = dice.Next(RedisCluster.Slots / Writers) + (i * RedisCluster.Slots / Writers);
            var habits = new RedisHabits
            {
                Route = async stop => await Find(stop) is var (epoch, place) ? (epoch, place.Owner(slot)) : default,
                Epoch = () => Route.Present.Epoch,
            };
            _slots.Add(slot);
            _traffics.Add((SlotTag.Of(slot), new RedisTraffic(habits, dice.Split())));
        }
        _spread = new SpreadWriter(Find, () => Route.Present.Epoch, dice.Split());
    }

    public CachePlace Source { get; }

    public CachePlace Target { get; }

    public DatabaseMove Move { get; }

    public ShopRoute Route { get; }

    /// <summary>Starts the writers, and waits for their first steps.</summary>
    public async Task Begin()
    {
        foreach (var server in Source.Servers())
            await server.Call("FUNCTION", "LOAD", SeveralKeysDeeds.Library);
        foreach (var (tag, traffic) in _traffics)
            traffic.Start(1, tag, 0);
        _spread.Start();
        await GoesOn(40);
    }

    /// <summary>Values that nobody writes to, in all slots: enough for a copy to be met in its middle.</summary>
    public async Task Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var key = $"filler:{i}";
            await Source.Owner(KeySlot.Of(System.Text.Encoding.UTF8.GetBytes(key)))
                .Call("SET", key, new string((char)('a' + (i % 26)), 1_000));
        }
    }

    /// <summary>Some slots of a server go to another one for good while writers are at work: all that writers use most,
    /// and some others.</summary>
    /// <param name="more">Slots that go too, if the server has them.</param>
    public async Task Reshard(RedisCluster cluster, RedisServer from, RedisServer to, params IEnumerable<int> more)
    {
        var others = Enumerable.Range(0, RedisCluster.Slots).Where(slot => cluster.Owner(slot) == from)
            .Take(Others);
        foreach (var slot in _slots.Concat(others).Concat(more).Distinct().ToList())
        {
            if (cluster.Owner(slot) == from)
                await cluster.Move(slot, to);
        }
    }

    /// <summary>Waits until the move falls into more parts, and has been verified in these.</summary>
    public async Task IsCutAnew(int parts)
    {
        await Move.Shows("the move is cut anew", one => one.Moves > parts);
        await Move.Shows(
            "the new parts are verified", one => one.Moves > parts && one is { Phase: "following", Passes: > 0 });
    }

    /// <summary>Waits for so many more steps of each writer.</summary>
    public async Task GoesOn(int steps)
    {
        var enough = _spread.Steps + steps;
        foreach (var (_, traffic) in _traffics)
            await traffic.GoesOn(steps);
        await Until.Holds(
            $"{steps} more steps over all slots",
            async () =>
            {
                await _spread.IsWell();
                return _spread.Steps >= enough;
            },
            () => $"{_spread.Steps} of {enough}");
    }

    /// <summary>A cutover or rollback under traffic; both sides are compared before anybody writes at the new
    /// place.</summary>
    public async Task HandOver(string word)
    {
        await Move.Command(word);
        await CompareAtTheDoor(word);
        Route.Open();
    }

    /// <summary>The end: all is there, nothing else is, and nothing of Godwit's is left at either side.</summary>
    public async Task<string> End()
    {
        Route.Close();
        GodwitAnswer? answer = null;
        await Until.Holds(
            "both sides are proved equal",
            async () => (answer = await Move.Godwit("verify", DatabaseMove.Name)).Code == 0,
            () => $"{answer}; {Move.Picture}");
        await CompareAtTheDoor("the end");
        foreach (var (_, traffic) in _traffics)
            await traffic.Stop();
        await _spread.Stop();
        await Move.Finish();
        foreach (var server in Source.Servers().Concat(Target.Servers()))
            Assert.Equal("", RedisClient.AsText(await server.Call("KEYS", "__gw:*")));
        return $"{_traffics.Sum(one => one.Traffic.Ledger.Steps) + _spread.Steps} steps,"
            + $" {_traffics.Sum(one => one.Traffic.Ledger.Doubts)} in doubt;"
            + $" {string.Join("; ", _traffics.SelectMany(one => one.Traffic.Tally.Said))}";
    }

    /// <summary>Which side traffic is at.</summary>
    public CachePlace Present => Route.Present.Place.StartsWith(Target.Address, StringComparison.Ordinal)
        ? Target
        : Source;

    public async ValueTask DisposeAsync()
    {
        Route.Open();
        foreach (var (_, traffic) in _traffics)
            await traffic.DisposeAsync();
        await _spread.DisposeAsync();
        await Move.DisposeAsync();
    }

    private async ValueTask<(long Epoch, CachePlace Place)> Find(CancellationToken stop)
    {
        while (true)
        {
            var found = await Route.Find(stop);
            var present = Route.Present;
            if (present.Place == found)
                return (present.Epoch, Present);
        }
    }

    private async Task CompareAtTheDoor(string when)
    {
        await Until.Holds(
            "all writers are at rest",
            async () =>
            {
                foreach (var (_, traffic) in _traffics)
                    await traffic.IsWell();
                await _spread.IsWell();
                return Route.Waiting == Writers + 1;
            },
            () => $"{Route.Waiting} of {Writers + 1}");
        IReadOnlyList<string> found = [];
        var began = TimeProvider.System.GetTimestamp();
        await Until.Holds(
            "what was told late has arrived",
            async () =>
            {
                found = await Findings();
                return found.Count == 0 || TimeProvider.System.GetElapsedTime(began) > TimeSpan.FromSeconds(15);
            });
        RedisJourney.Same(found, $"{when}: {Move.Picture}");
    }

    private async Task<IReadOnlyList<string>> Findings()
    {
        var (source, target) = (await CachePicture.Take(Source.Servers()), await CachePicture.Take(Target.Servers()));
        var found = new List<string>(source.Differences(target, _ => true));
        foreach (var (tag, traffic) in _traffics)
        {
            foreach (var picture in (CachePicture[])[source, target])
                found.AddRange(traffic.Ledger.Audit(
                    picture, one => one.Name.StartsWith(tag, StringComparison.Ordinal)));
        }
        return [.. found, .. await _spread.Audit(Source), .. await _spread.Audit(Target)];
    }
}
