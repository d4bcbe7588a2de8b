using Godwit.Core.Journals;
using Godwit.Core.Stores;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Running;

namespace Godwit.Tests.Simulation;

/// <summary>A migration has more moves than when it was planned, because what one of them moves is spread otherwise by
/// now.</summary>
public sealed class CuttingMovesAnew
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    [Fact]
    public void What_was_added_is_copied_and_what_was_copied_goes_on() => Seeds.Every(runs: 5, seed =>
        World.Live(seed, HostileOdds.Friendly, Tell));

    private static async Task Tell(World world)
    {
        var stores = new[] { "a", "b", "c", "d" }.ToDictionary(
            one => one, one => world.Create(one, MemorySettings.TouchedKeys), StringComparer.Ordinal);
        foreach (var one in stores.Values)
            Storefront.Build(one);
        await new Storefront(world, stores["a"], stores["b"], world.RouteOnDisk).Stock(orders: 6);
        await new Storefront(world, stores["c"], stores["d"], world.RouteOnDisk).Stock(orders: 6);
        IStore Open(Life life, string name) => world.Open(life, stores[name]);

        var first = world.Begin("first");
        await Run(world, first, [(Open(first, "a"), Open(first, "b"))], async () =>
        {
            await Holds(world, state => state.Phase == MigrationPhase.Following && state.LastVerdict == "equal");
            Assert.Equal([0], Copied(world));
        });
        var copied = (await MigrationState.Read(world.JournalOnDisk, CancellationToken.None)).RecordsCopied;

        var second = world.Begin("second");
        await Run(
            world, second, [(Open(second, "a"), Open(second, "b")), (Open(second, "c"), Open(second, "d"))],
            async () =>
            {
                // Given before the new move is copied: it waits.
                var cutover = await Commands.Give(
                    world.JournalOnDisk, MigrationCommand.Cutover, CancellationToken.None);
                await Holds(world, _ => Kinds(world).Contains("recut"));
                await Holds(world, state => state is { Phase: MigrationPhase.Guarding, OpenCommand: null });
                var outcome = await Commands.OutcomeOf(world.JournalOnDisk, cutover, CancellationToken.None);
                Assert.True(outcome is { Done: true }, $"{outcome}");
                Assert.Equal([0, 1], Copied(world));
                var state = await MigrationState.Read(world.JournalOnDisk, CancellationToken.None);
                Assert.True(state.RecordsCopied > copied);
            });

        Assert.Single(Kinds(world), "recut");
    }

    [Fact]
    public void What_was_proved_before_proves_nothing_of_the_moves_that_there_are()
    {
        var state = new MigrationState();
        Append(FactKind.Planned, new PlannedFact("m", "text", "*", [new("a", "b", [])], new(1, 1, 1, 1, 1)));
        Append(FactKind.Phase, new PhaseFact(MigrationPhase.Following));
        Append(FactKind.Copied, new CopiedFact(0, 1, 1, "1", 1));
        Append(FactKind.Pass, new PassFact(1, 1, 0, 0, 1, "equal"));
        Append(FactKind.Rested, new RestedFact(true));
        Append(FactKind.Recut, new RecutFact([new("a?1", "b?1", []), new("a?2", "b?2", [])]));
        Assert.Equal(("undecided", false, MigrationPhase.Preparing), (state.LastVerdict, state.Rested, state.Phase));
        Assert.Equal(["a?1", "a?2"], state.Planned!.Moves.Select(one => one.From));
        Assert.Equal([0], state.CopiedMoves);

        void Append<T>(string kind, T fact) => state.Fold(
            new JournalEntry(state.Sequence + 1, DateTimeOffset.UnixEpoch, kind, Facts.Write(fact), default));
    }

    private static async Task Run(
        World world, Life life, IReadOnlyList<(IStore From, IStore To)> stores, Func<Task> story)
    {
        var definition = new MigrationDefinition
        {
            Name = "simulated",
            Tenant = Storefront.Tenant(),
            RouteName = Storefront.Moved,
            Mode = MigrationMode.Hybrid,
            MaxPause = TimeSpan.FromSeconds(5),
            Moves = [new MoveDefinition { From = "a", To = "b", TenantColumn = "tenant_id" }],
        };
        using var over = new CancellationTokenSource();
        var run = new MigrationRunner(new RunnerSetup
        {
            Definition = definition,
            Moves = [.. stores.Select(one => new MovePorts(definition.Moves[0], one.From, one.To))],
            Journal = world.Journal(life),
            Route = world.Route(life),
            Clock = life.Clock,
            Progress = _ => { },
            Signer = new PlainSigner(),
        }).Run(new RunGoal(RunUntil.Finished, AutomaticCutover: false), over.Token);
        await story();
        over.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static IEnumerable<string> Kinds(World world) => world.JournalOnDisk.Entries.Select(one => one.Kind);

    private static IEnumerable<int> Copied(World world) => world.JournalOnDisk.Entries
        .Where(one => one.Kind == FactKind.Copied).Select(one => Facts.Read<CopiedFact>(one.Payload).Move).Order();

    private static async Task Holds(World world, Func<MigrationState, bool> condition)
    {
        var start = world.Clock.GetTimestamp();
        while (!condition(await MigrationState.Read(world.JournalOnDisk, CancellationToken.None)))
        {
            Assert.True(world.Clock.GetElapsedTime(start) < Long, "It does not come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), world.Clock);
        }
    }
}
