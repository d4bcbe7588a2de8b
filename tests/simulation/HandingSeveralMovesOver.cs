using Godwit.Core.Stores;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;
using Godwit.Engine.Running;

namespace Godwit.Tests.Simulation;

/// <summary>A migration of several moves, one of which holds messages.</summary>
public sealed class HandingSeveralMovesOver
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    /// <summary>The moves as the file has them, each from the first to the second; messages stand in the
    /// middle.</summary>
    private static readonly (string From, string To)[] Moves = [("a", "A"), ("q", "Q"), ("c", "C")];

    [Fact]
    public void Fences_of_messages_go_up_first_and_come_down_last_in_both_directions() => Tell(async life =>
    {
        Assert.True(await life.Does(MigrationCommand.Cutover));
        Assert.Equal("+q +a +c -C -A -Q", life.Notes());
        Assert.True(await life.Does(MigrationCommand.Rollback));
        Assert.Equal("+Q +A +C -c -a -q", life.Notes());
    });

    [Theory]
    [InlineData("a", "+q +a -c -a -q")]
    [InlineData("q", "+q -c -a -q")]
    [InlineData("c", "+q +a +c -c -a -q")]
    public void When_one_fence_does_not_go_up_all_come_down_and_traffic_stays(string one, string notes) =>
        Tell(async life =>
        {
            life.Stores[one].Refuses = true;
            Assert.False(await life.Does(MigrationCommand.Cutover));
            Assert.Equal(notes, life.Notes());
            Assert.Empty(life.World.RouteOnDisk.Switches);
            life.Stores[one].Refuses = false;
            Assert.True(await life.Does(MigrationCommand.Cutover));
            Assert.Equal(
                Moves.ToDictionary(move => $"memory:{move.From}", move => $"memory:{move.To}"),
                Assert.Single(life.World.RouteOnDisk.Switches).Places);
        });

    [Fact]
    public void A_run_that_only_finishes_takes_late_writes_over_and_messages_last() => Seeds.Every(runs: 5, seed =>
        World.Live(seed, HostileOdds.Friendly, async world =>
        {
            var first = SeveralMoves.Built(world);
            await first.Stock();
            await first.While(async () => Assert.True(await first.Does(MigrationCommand.Cutover)));
            var finish = await Commands.Give(world.JournalOnDisk, MigrationCommand.Finish, CancellationToken.None);

            var last = new SeveralMoves(world, onlyAsks: true);
            await last.Run(CancellationToken.None);

            Assert.True((await Commands.OutcomeOf(world.JournalOnDisk, finish, CancellationToken.None))!.Done);
            Assert.Equal("?c !c ?a !a ?q !q", last.Notes());
        }));

    [Fact]
    public void Late_writes_are_told_to_nobody_before_those_of_another_were_taken() => Seeds.Every(runs: 20, seed =>
        World.Live(seed, HostileOdds.Friendly, async world =>
        {
            var first = SeveralMoves.Built(world);
            await first.Stock();
            await first.While(async () => Assert.True(await first.Does(MigrationCommand.Cutover)));

            var last = new SeveralMoves(world, onlyAsks: true);
            var taker = await last.Taker();
            using var impatient = new CancellationTokenSource();
            var all = new[] { default, impatient.Token, default }.Select(one => taker.Take(null, one)).ToList();
            impatient.Cancel();
            await all[0];
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => all[1]);
            await all[2];

            Assert.Equal("?q !q ?q !q", last.Notes());
        }));

    private static void Tell(Func<SeveralMoves, Task> story) => Seeds.Every(runs: 5, seed =>
        World.Live(seed, HostileOdds.Friendly, async world =>
        {
            var life = SeveralMoves.Built(world);
            await life.Stock();
            await life.While(() => story(life));
        }));

    private sealed class SeveralMoves
    {
        private readonly List<string> _notes = [];
        private readonly Life _life;

        private static readonly string[] Names = [.. Moves.SelectMany(move => new[] { move.From, move.To })];

        internal SeveralMoves(World world, bool onlyAsks)
        {
            (World, _life) = (world, world.Begin("one"));
            Stores = Names.ToDictionary(name => name, name => Open(name, onlyAsks), StringComparer.Ordinal);
        }

        internal static SeveralMoves Built(World world)
        {
            foreach (var name in Names)
                Storefront.Build(world.Create(name, MemorySettings.TouchedKeys));
            return new SeveralMoves(world, onlyAsks: false);
        }

        internal World World { get; }

        internal Dictionary<string, WatchedFence> Stores { get; }

        internal async Task Stock()
        {
            foreach (var (from, to) in Moves)
                await new Storefront(World, Named(from), Named(to), World.RouteOnDisk).Stock(orders: 3);
        }

        /// <summary>Runs, and ends the run when a story that begins with following is told.</summary>
        internal async Task While(Func<Task> story)
        {
            using var over = new CancellationTokenSource();
            var run = Run(over.Token);
            await Holds(state => state is { Phase: MigrationPhase.Following, Passes: > 0 });
            await story();
            over.Cancel();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        internal Task Run(CancellationToken cancellation)
        {
            var definition = new MigrationDefinition
            {
                Name = "simulated",
                Tenant = Storefront.Tenant(),
                RouteName = Storefront.Moved,
                Mode = MigrationMode.Hybrid,
                Moves =
                [
                    .. Moves.Select(one => new MoveDefinition
                    {
                        From = $"memory:{one.From}", To = $"memory:{one.To}", TenantColumn = "tenant_id",
                    }),
                ],
            };
            return new MigrationRunner(new RunnerSetup
            {
                Definition = definition,
                Moves =
                [
                    .. definition.Moves.Zip(
                        Moves, (move, names) => new MovePorts(move, Stores[names.From], Stores[names.To])),
                ],
                Journal = World.Journal(_life),
                Route = World.Route(_life),
                Clock = _life.Clock,
                Progress = _ => { },
                Signer = new PlainSigner(),
            }).Run(new RunGoal(RunUntil.Finished, AutomaticCutover: false), cancellation);
        }

        /// <summary>Who takes late writes of messages over, after a cutover.</summary>
        internal async Task<LateWriteTaker> Taker()
        {
            var (from, to) = (Stores["q"], Stores["Q"]);
            await ((IFence)from).Prepare([], CancellationToken.None);
            var ports = new MovePorts(new MoveDefinition { From = from.Address, To = to.Address }, from, to);
            var state = await MigrationState.Read(World.JournalOnDisk, CancellationToken.None);
            return new LateWriteTaker(
                new Lane(0, ports, [], []), Direction.Backward, new MigrationJournal(World.Journal(_life), state),
                new Recoverer(_life.Clock, (_, _) => Task.CompletedTask));
        }

        /// <summary>Gives a command; returns whether it was done.</summary>
        internal async Task<bool> Does(MigrationCommand command)
        {
            var number = await Commands.Give(World.JournalOnDisk, command, CancellationToken.None);
            CommandOutcome? outcome = null;
            await Holds(async () =>
                (outcome = await Commands.OutcomeOf(World.JournalOnDisk, number, CancellationToken.None)) is not null);
            return outcome!.Done;
        }

        /// <summary>What the fences did since it was asked last.</summary>
        internal string Notes()
        {
            var notes = string.Join(' ', _notes).Replace("memory:", "", StringComparison.Ordinal);
            _notes.Clear();
            return notes;
        }

        private Task Holds(Func<MigrationState, bool> condition) => Holds(async () =>
            condition(await MigrationState.Read(World.JournalOnDisk, CancellationToken.None)));

        private async Task Holds(Func<Task<bool>> condition)
        {
            var start = World.Clock.GetTimestamp();
            while (!await condition())
            {
                Assert.True(World.Clock.GetElapsedTime(start) < Long, "It does not come to that.");
                await Task.Delay(TimeSpan.FromMilliseconds(50), World.Clock);
            }
        }

        private MemoryDatabase Named(string name) => World.Databases.Single(one => one.Name == name);

        private WatchedFence Open(string name, bool onlyAsks) =>
            new(new MemoryStore(Named(name), World.Mark, _life.Clock), _notes)
            {
                HoldsMessages = name is "q" or "Q", OnlyAsks = onlyAsks, IsWrittenToLate = onlyAsks,
            };
    }
}
