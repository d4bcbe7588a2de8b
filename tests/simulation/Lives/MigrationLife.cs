using Godwit.Core.Records;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Running;

namespace Godwit.Tests.Simulation;

/// <summary>
/// One simulated migration of a tenant from beginning to end: customers who write, a person who gives commands, a
/// runner
/// that dies and is started again, and an audit that asks the customers.
/// </summary>
internal sealed class MigrationLife
{
    private const int MostLives = 200;

    /// <summary>Longer than all that may go wrong after a handover, one after the other.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly World _world;
    private readonly MemoryDatabase _home;
    private readonly MemoryDatabase _other;
    private readonly Storefront _shop;
    private readonly MigrationMode _mode;

    private MigrationLife(World world, MemorySettings settings, MigrationMode mode)
    {
        (_world, _mode) = (world, mode);
        (_home, _other) = (world.Create("a", settings), world.Create("b", settings));
        Storefront.Build(_home);
        Storefront.Build(_other);
        _shop = new Storefront(world, _home, _other, world.RouteOnDisk);
    }

    /// <summary>How often traffic went over.</summary>
    internal int Handovers => _world.RouteOnDisk.Switches.Count;

    internal static World Live(ulong seed, HostileOdds odds, MemorySettings settings, MigrationMode mode) =>
        World.Live(seed, odds, world => new MigrationLife(world, settings, mode).Live());

    private async Task Live()
    {
        await _shop.Stock(orders: 6);
        var customers = Task.WhenAll(
        [
            .. Enumerable.Range(0, Storefront.Clerks).Select(clerk => _shop.ServeMoved(clerk, writes: 25)),
            _shop.ServeNeighbours(writes: 20),
        ]);
        var person = Command();
        var run = RunToTheEnd();
        await await Task.WhenAny(run, person); // What a person finds wrong ends the story at once.
        await run;
        await person;
        await customers;
        Audit();
    }

    private async Task RunToTheEnd()
    {
        for (var lives = 1; ; lives++)
        {
            Assert.True(lives <= MostLives, $"Not finished after {MostLives} lives.");
            var life = _world.Begin($"life {lives}");
            RunReport? report = null;
            await life.Live(async () => report = await Runner(life).Run(
                new RunGoal(RunUntil.Finished, AutomaticCutover: false), CancellationToken.None));
            if (report is { Problem: null })
                return;
            if (report is { Problem: { Recovery: Core.Problems.Recovery.Stop } problem })
                Assert.Fail($"The run stopped: {problem}");
            await _world.Pause(TimeSpan.FromMilliseconds(50));
        }
    }

    private MigrationRunner Runner(Life life) => new(new RunnerSetup
    {
        Definition = Definition,
        Moves = [new MovePorts(Definition.Moves[0], _world.Open(life, _home), _world.Open(life, _other))],
        Journal = _world.Journal(life),
        Route = new AuditedRoute(_world.Route(life), AuditTheSwitch),
        Clock = life.Clock,
        Progress = _ => { },
        Signer = new PlainSigner(),
    });

    private MigrationDefinition Definition => field ??= new MigrationDefinition
    {
        Name = "simulated",
        Tenant = Storefront.Tenant(),
        RouteName = Storefront.Moved,
        Mode = _mode,
        MaxPause = TimeSpan.FromMilliseconds(_world.Dice.Says(0.3) ? 200 : 5_000),
        Moves =
        [
            new MoveDefinition { From = _home.Address, To = _other.Address, TenantColumn = "tenant_id" },
        ],
    };

    /// <summary>A person hands traffic over and back as the dice say, pauses and resumes, and finishes in the
    /// end.</summary>
    private async Task Command()
    {
        if (_mode != MigrationMode.Hybrid)
            return;
        for (var handovers = 1 + _world.Dice.Next(3); handovers > 0;)
        {
            await _world.Pause(TimeSpan.FromMilliseconds(800));
            if (_world.Dice.Says(0.1))
            {
                await Order(MigrationCommand.Pause);
                await _world.Pause(TimeSpan.FromMilliseconds(200));
                await Order(MigrationCommand.Resume);
            }

            // Where traffic is, the journal knows: after a hook that failed it has gone back by itself.
            var state = await MigrationState.Read(_world.JournalOnDisk, CancellationToken.None);
            var back = state.Phase is MigrationPhase.Guarding or MigrationPhase.RollingBack;
            if (await Order(back ? MigrationCommand.Rollback : MigrationCommand.Cutover))
                handovers--;
            await WritersAreLetIn();
        }
        while (!await Order(MigrationCommand.Finish))
            await _world.Pause(TimeSpan.FromMilliseconds(500));
    }

    /// <summary>Whether a handover was done or undone, the tenant's writers may write where the route leads them, soon:
    /// also when the runner died meanwhile, or a failed hook takes traffic back.</summary>
    private async Task WritersAreLetIn()
    {
        var start = _world.Clock.GetTimestamp();
        while (Place().Fences.Values.Any(one => one.IsUp))
        {
            Assert.True(
                _world.Clock.GetElapsedTime(start) < LongestWait,
                $"Writers wait at {Place().Name} for {LongestWait.TotalSeconds} s after a handover.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), _world.Clock);
        }
    }

    private MemoryDatabase Place() =>
        _world.RouteOnDisk.Resolve(_home.Address) == _other.Address ? _other : _home;

    private async Task<bool> Order(MigrationCommand command)
    {
        var journal = _world.JournalOnDisk;
        var before = Handovers;
        var sequence = await Commands.Give(journal, command, CancellationToken.None);
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), _world.Clock);
            if (await Commands.OutcomeOf(journal, sequence, CancellationToken.None) is { } outcome)
                return outcome.Done || (command is MigrationCommand.Cutover or MigrationCommand.Rollback
                    && Handovers > before);
        }
    }

    /// <summary>The fence is up, nobody writes: what the tenant has at both sides is the same and what it was
    /// promised.</summary>
    private void AuditTheSwitch()
    {
        foreach (var table in Storefront.Tables)
        {
            var promised = _world.Ledger.Expected(Storefront.Moved, table.Name);
            AssertEqual(promised, OfMoved(_home, table.Name), $"at the switch, {table.Name} of the tenant at a");
            AssertEqual(promised, OfMoved(_other, table.Name), $"at the switch, {table.Name} of the tenant at b");
        }
    }

    private void Audit()
    {
        var place = Place();
        foreach (var table in Storefront.Tables)
        {
            AssertEqual(
                _world.Ledger.Expected(Storefront.Moved, table.Name), OfMoved(place, table.Name),
                $"in the end, {table.Name} of the tenant at {place.Name}");
            AssertEqual(
                _world.Ledger.Expected("7", table.Name), Between(_home, table.Name, 2_000_000),
                $"{table.Name} of the neighbour at a");
            AssertEqual(
                _world.Ledger.Expected("8", table.Name), Between(_other, table.Name, 20_000_000),
                $"{table.Name} of the neighbour at b");
        }
        Assert.All(_world.Databases, one => Assert.False(one.IsTouchedByGodwit, $"Something is left at {one.Name}."));
    }

    private static IReadOnlyDictionary<Key, Row> OfMoved(MemoryDatabase at, string table) =>
        Between(at, table, 100_000);

    private static IReadOnlyDictionary<Key, Row> Between(MemoryDatabase at, string table, long numbers) =>
        at.Contents(table)
            .Where(one => one.Value[0].Number >= numbers && one.Value[0].Number < numbers * 10)
            .ToDictionary(one => one.Key, one => one.Value);

    private static void AssertEqual(
        IReadOnlyDictionary<Key, Row> promised, IReadOnlyDictionary<Key, Row> found, string where)
    {
        foreach (var (key, row) in promised)
        {
            Assert.True(found.ContainsKey(key), $"Lost {where}: {row}");
            Assert.True(found[key].Equals(row), $"Wrong {where}: {found[key]} instead of {row}");
        }
        foreach (var (key, row) in found)
            Assert.True(promised.ContainsKey(key), $"Too much {where}: {row}");
    }
}
