using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A shop that is moved between two servers while its writers are at work, and an audit of every write that
/// they were told is done.</summary>
internal sealed class ShopJourney : IAsyncDisposable
{
    private const string FenceState = "GWF01";

    private readonly ShopPlan _plan;

    private ShopJourney(ShopPlan plan, PostgreSqlDatabase source, PostgreSqlDatabase target)
    {
        (_plan, Source, Target) = (plan, source, target);
        Move = new DatabaseMove(plan.Wishes(new MoveWishes(source.Address, target.Address) { Tenant = plan.Tenant }));
        Route = new ShopRoute(Move.Routes, Move.Wishes.RouteName, Move.Wishes.From);
        var habits = plan.Habits(new ShopHabits
        {
            Route = Find,
            IsFence = refusal => refusal.SqlState == FenceState,
            Pace = plan.Pace,
            LongestText = 80,
        });
        Traffic = new ShopTraffic(Ledger, habits, plan.Seed);
    }

    public PostgreSqlDatabase Source { get; }

    public PostgreSqlDatabase Target { get; }

    public DatabaseMove Move { get; }

    public ShopRoute Route { get; }

    public ShopLedger Ledger { get; } = new();

    public ShopTraffic Traffic { get; }

    /// <summary>Builds the shop and starts the writers of what will be moved.</summary>
    public static async Task<ShopJourney> Begin(ShopPlan plan, PostgreSqlServer source, PostgreSqlServer target)
    {
        var journey = new ShopJourney(plan, await source.CreateDatabase(), await target.CreateDatabase());
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

    /// <summary>Whether a tenant is moved.</summary>
    public bool Moves(int tenant) => _plan.Tenant is null || tenant == _plan.Tenant;

    /// <summary>A cutover or rollback under traffic. Both sides are compared as they are at that moment, and with what
    /// was acknowledged; then writers go on at the new place.</summary>
    public async Task HandOver(string word)
    {
        await HandOverToNobody(word);
        Route.Open();
    }

    /// <summary>The same, and writers stay where they wait.</summary>
    public async Task HandOverToNobody(string word)
    {
        await Move.Command(word);
        await CompareAtTheDoor(word);
    }

    /// <summary>Lets every writer come to rest, waits until both sides are proved equal, and compares them.</summary>
    public async Task CompareAtRest()
    {
        Route.Close();
        await EverybodyWaits();
        await Move.Command("verify");
        await CompareAtTheDoor("verify");
    }

    /// <summary>The end, whichever side traffic goes to: all is there, nothing else is, and nothing of Godwit's is left
    /// at either side.</summary>
    public async Task End()
    {
        await CompareAtRest();
        await Traffic.Stop();
        await Move.Finish();
        Assert.Empty(await Ledger.Audit(Source, Moves));
        Assert.Empty(await Ledger.Audit(Target, Moves));
        Assert.Equal(0, Ledger.Doubtful);
        await LeftNothingBehind(Source);
        await LeftNothingBehind(Target);
        if (_plan.Tenant is null)
            Same(await Comparison().Definitions(), "the end");
    }

    /// <summary>Fails with all that a comparison has found.</summary>
    internal static void Same(string difference, string when) =>
        Assert.True(difference.Length == 0, $"After {when}: {difference}");

    public async ValueTask DisposeAsync()
    {
        Route.Open();
        await Traffic.DisposeAsync();
        await Move.DisposeAsync();
        await Drop(Source);
        await Drop(Target);
    }

    internal static async Task LeftNothingBehind(PostgreSqlDatabase database) => Assert.Equal(
        "",
        await database.Run(
            """
            SELECT 'schema', nspname FROM pg_namespace WHERE nspname ~ 'godwit'
            UNION ALL SELECT 'slot', slot_name FROM pg_replication_slots WHERE database = current_database()
            UNION ALL SELECT 'publication', pubname FROM pg_publication
            UNION ALL SELECT 'trigger', tgname FROM pg_trigger WHERE tgname ~ 'godwit'
            UNION ALL SELECT 'invalid', indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
            """));

    private async Task Build()
    {
        await TenantShop.Build(Source, 1, 1, _plan.Tenants, _plan.Size);
        await Ledger.ReadBaseline(Source);
        if (_plan.Tenant is not null)
        {
            await TenantShop.Build(Target, 2, _plan.Tenants + 1, _plan.Tenants + _plan.TargetTenants, _plan.Size);
            await Ledger.ReadBaseline(Target);
        }
        Traffic.Start(_plan.Writers, [.. Enumerable.Range(1, _plan.Tenants).Where(Moves)]);
        await Traffic.GoesOn(20);
    }

    private async ValueTask<string> Find(int tenant, CancellationToken stop)
    {
        if (!Moves(tenant))
            return (tenant <= _plan.Tenants ? Source : Target).ConnectionString;
        return (await Route.Find(stop) == Move.Wishes.To ? Target : Source).ConnectionString;
    }

    private Task EverybodyWaits() => Until.Holds(
        "all writers of what is moved are at rest",
        async () =>
        {
            await Traffic.IsWell();
            return Route.Waiting == _plan.Writers;
        },
        () => $"{Route.Waiting} of {_plan.Writers}; {string.Join("; ", Traffic.Tally.Said.Keys)}",
        TimeSpan.FromMinutes(2));

    private async Task CompareAtTheDoor(string when)
    {
        await EverybodyWaits();
        if (_plan.Tenant is null)
        {
            Same(await Comparison().Rows(), when);
            if (when != "verify")
                Same(await Comparison().Sequences(), when);
        }
        Assert.Empty(await Ledger.Audit(Source, Moves));
        Assert.Empty(await Ledger.Audit(Target, Moves));
    }

    private PostgreSqlComparison Comparison() => new(Source, Target);

    /// <summary>Where a test has left a server stopped there is nothing to drop.</summary>
    internal static async Task Drop(PostgreSqlDatabase database)
    {
        if (await database.Server.Administration.TryRun("SELECT 1") is null)
            await database.DisposeAsync();
    }
}
