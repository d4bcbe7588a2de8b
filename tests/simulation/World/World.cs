using Godwit.Core.Journals;
using Godwit.Core.Routes;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>One simulated world: what outlives a process (databases, journal, route) and the lives that use
/// it.</summary>
/// <remarks>
/// <code>
/// Seeds.Every(runs: 500, seed => World.Live(seed, HostileOdds.Friendly, async world =>
/// {
///     var source = world.Create("a", MemorySettings.TouchedKeys);   // and target; then source.Create(schema)
///     await source.Write("42", source.Put("orders", Row.Of(1, 42, "tea")));
///     while (true)
///     {
///         var life = world.Begin("first");
///         var store = world.Open(life, source);                     // world.Journal(life), world.Route(life)
///         if (await life.Live(() => UseTheEngine(store, life.Clock)))
///             break;                                                // otherwise it died: begin another life
///     }
///     Assert.Equal(world.Ledger.Expected("42", "orders"), target.Contents("orders"));
/// }));
/// </code>
/// Applications run outside of any life: start them in the story and await them.
/// </remarks>
public sealed class World
{
    /// <summary>Of the one migration in this world.</summary>
    public const string Mark = "0badcafe";

    private readonly List<MemoryDatabase> _databases = [];

    private World(ulong seed, HostileOdds odds, int mostSteps)
    {
        Thread = new OneThread(seed, mostSteps);
        Hostility = new Hostility(Thread, odds);
        JournalOnDisk = new MemoryJournal(Clock);
    }

    public OneThread Thread { get; }

    public Dice Dice => Thread.Dice;

    /// <summary>For the story and its applications; a life has its own.</summary>
    public TimeProvider Clock => Thread.Clock;

    public Hostility Hostility { get; }

    public WriteLedger Ledger { get; } = new();

    public MemoryJournal JournalOnDisk { get; }

    public MemoryRoute RouteOnDisk { get; } = new();

    public IReadOnlyList<MemoryDatabase> Databases => _databases;

    /// <summary>Lives a story to its end. Returns the world as it is then.</summary>
    public static World Live(ulong seed, HostileOdds odds, Func<World, Task> story, int mostSteps = 500_000)
    {
        var world = new World(seed, odds, mostSteps);
        world.Thread.Run(() => story(world));
        return world;
    }

    /// <summary>An empty database whose writers hesitate as the dice say.</summary>
    public MemoryDatabase Create(string name, MemorySettings settings)
    {
        var database = new MemoryDatabase(
            name, (uint)_databases.Count + 1, settings with { Hesitate = Hesitate }, Clock, Ledger);
        _databases.Add(database);
        return database;
    }

    public Life Begin(string name) => new(Thread, name);

    public IStore Open(Life life, MemoryDatabase database) =>
        new HostileStore(
            new MemoryStore(database, Mark, life.Clock),
            life,
            Hostility,
            () => _databases.Find(one => one != database)?.Targets.GetValueOrDefault(Mark)?.Reached);

    public IJournal Journal(Life life) => new HostileJournal(JournalOnDisk, life, Hostility);

    public IRoute Route(Life life) => new HostileRoute(RouteOnDisk, life, Hostility);

    /// <summary>A pause of any length, for applications and other people.</summary>
    public Task Pause(TimeSpan longest) => Task.Delay(longest * Dice.Fraction(), Clock);

    private async Task Hesitate()
    {
        await Task.Yield();
        if (Dice.Says(0.3))
            await Pause(TimeSpan.FromMilliseconds(20));
    }
}
