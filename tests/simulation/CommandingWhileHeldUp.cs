using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Running;

namespace Godwit.Tests.Simulation;

/// <summary>Commands to a migration that does not get on.</summary>
public sealed class CommandingWhileHeldUp
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    [Theory]
    [InlineData(MigrationPhase.CatchingUp)]
    [InlineData(MigrationPhase.Following)]
    public void A_proof_that_cannot_be_made_is_refused_with_what_holds_it_up_and_later_commands_are_served(
        MigrationPhase when) => Tell(async (world, source, _) =>
    {
        source.ChangesAreHeld = when == MigrationPhase.CatchingUp;
        await Reaches(world, when);
        source.ChangesAreHeld = true;
        await Holds(world, state => state.Problem is not null);
        var verify = await Give(world, MigrationCommand.Verify);
        Assert.Equal(HeldUpStore.Problem.Code, (await Outcome(world, verify)).Problem?.Code);
        verify = await Give(world, MigrationCommand.Verify);
        var pause = await Give(world, MigrationCommand.Pause);
        Assert.False((await Outcome(world, verify)).Done);
        Assert.True((await Outcome(world, pause)).Done);
    });

    [Fact]
    public void Help_reaches_what_holds_up_a_handover() => Tell(async (world, source, _) =>
    {
        source.ChangesAreHeld = true;
        await Reaches(world, MigrationPhase.CatchingUp);
        await Holds(world, state => state.Problem is not null);
        var cutover = await Give(world, MigrationCommand.Cutover);
        var resume = await Give(world, MigrationCommand.Resume);
        Assert.True((await Outcome(world, resume)).Done);
        source.ChangesAreHeld = false;
        Assert.True((await Outcome(world, cutover)).Done);
    });

    [Theory]
    [InlineData(MigrationCommand.Pause)]
    [InlineData(MigrationCommand.Cutover)]
    public void A_proof_that_takes_long_gives_way_to_a_later_command(MigrationCommand later) =>
        Tell(async (world, source, _) =>
        {
            await Reaches(world, MigrationPhase.Following);
            await Holds(world, state => state.Passes > 0);
            source.DigestsAreHeld = true;
            var verify = await Give(world, MigrationCommand.Verify);
            await world.Pause(TimeSpan.FromSeconds(5));
            var command = await Give(world, later);
            Assert.Equal("GW-ENG-028", (await Outcome(world, verify)).Problem?.Code);
            source.DigestsAreHeld = false;
            Assert.True((await Outcome(world, command)).Done);
        });

    [Fact]
    public void A_target_hears_of_the_way_back_before_anything_is_copied() => Tell(async (world, source, target) =>
    {
        source.CaptureIsHeld = true;
        await Holds(world, state => state.Problem is not null);
        Assert.True(target.IsAnnounced);
    });

    private static void Tell(Func<World, HeldUpStore, HeldUpStore, Task> story) => Seeds.Every(runs: 5, seed =>
        World.Live(seed, HostileOdds.Friendly, world => Tell(world, story)));

    private static async Task Tell(World world, Func<World, HeldUpStore, HeldUpStore, Task> story)
    {
        var (home, other) = (
            world.Create("a", MemorySettings.TouchedKeys), world.Create("b", MemorySettings.TouchedKeys));
        Storefront.Build(home);
        Storefront.Build(other);
        await new Storefront(world, home, other, world.RouteOnDisk).Stock(orders: 6);
        var life = world.Begin("only");
        var source = new HeldUpStore(world.Open(life, home));
        using var over = new CancellationTokenSource();
        var target = new HeldUpStore(world.Open(life, other));
        var run = Runner(world, life, source, target)
            .Run(new RunGoal(RunUntil.Finished, AutomaticCutover: false), over.Token);
        await story(world, source, target);
        over.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    private static MigrationRunner Runner(World world, Life life, HeldUpStore source, HeldUpStore target)
    {
        var definition = new MigrationDefinition
        {
            Name = "simulated",
            Tenant = Storefront.Tenant(),
            RouteName = Storefront.Moved,
            Mode = MigrationMode.Hybrid,
            MaxPause = TimeSpan.FromSeconds(5),
            Moves = [new MoveDefinition { From = source.Address, To = target.Address, TenantColumn = "tenant_id" }],
        };
        return new MigrationRunner(new RunnerSetup
        {
            Definition = definition,
            Moves = [new MovePorts(definition.Moves[0], source, target)],
            Journal = world.Journal(life),
            Route = world.Route(life),
            Clock = life.Clock,
            Progress = _ => { },
            Signer = new PlainSigner(),
        });
    }

    private static async Task<long> Give(World world, MigrationCommand command) =>
        await Commands.Give(world.JournalOnDisk, command, CancellationToken.None);

    private static async Task<CommandOutcome> Outcome(World world, long command)
    {
        CommandOutcome? outcome = null;
        await Holds(world, async () =>
            (outcome = await Commands.OutcomeOf(world.JournalOnDisk, command, CancellationToken.None)) is not null);
        return outcome!;
    }

    private static Task Reaches(World world, MigrationPhase phase) => Holds(world, state => state.Phase == phase);

    private static Task Holds(World world, Func<MigrationState, bool> condition) => Holds(world, async () =>
        condition(await MigrationState.Read(world.JournalOnDisk, CancellationToken.None)));

    private static async Task Holds(World world, Func<Task<bool>> condition)
    {
        var start = world.Clock.GetTimestamp();
        while (!await condition())
        {
            Assert.True(world.Clock.GetElapsedTime(start) < Long, "It does not come to that.");
            await Task.Delay(TimeSpan.FromMilliseconds(50), world.Clock);
        }
    }
}
