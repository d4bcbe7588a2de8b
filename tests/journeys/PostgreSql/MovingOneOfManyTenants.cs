using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>One tenant from a shard to another one, both full of others, some of whom go on writing.</summary>
public sealed class MovingOneOfManyTenants(ITestOutputHelper output)
{
    private const int Moving = 2;

    private static readonly int Tenants = JourneySeed.IsSoak ? 200 : 8;

    /// <summary>At the source and at the target; they write all the time, the others never.</summary>
    private static readonly int[] Busy = [3, 4, Tenants + 2];

    public static TheoryData<int> Repeats => [.. Enumerable.Range(0, JourneySeed.IsSoak ? 5 : 1)];

    [Theory]
    [MemberData(nameof(Repeats))]
    public async Task A_tenant_goes_over_and_comes_back_and_nobody_else_is_touched(int repeat)
    {
        var plan = new ShopPlan
        {
            Seed = JourneySeed.Print(output, repeat), Tenant = Moving, Tenants = Tenants, TargetTenants = Tenants / 2,
            Writers = 2,
        };
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var journey = await ShopJourney.Begin(plan, server, server);
        foreach (var tenant in Busy)
            journey.Traffic.Start(1, tenant);
        var before = await Quiet(journey);

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Traffic.GoesOn(100);
        await journey.HandOver("cutover");
        await LateWritersAreRefused(journey.Source, neighbour: 1);
        await OthersGoOn(journey);
        await journey.Traffic.GoesOn(100);
        await journey.HandOverToNobody("rollback");
        await LateWritersAreRefused(journey.Target, neighbour: Tenants + 1);
        await journey.End();

        Assert.Equal(before, await Quiet(journey));
        Assert.Empty(await journey.Ledger.Audit(journey.Source, tenant => tenant <= Tenants));
        Assert.Empty(await journey.Ledger.Audit(journey.Target, tenant => tenant == Moving || tenant > Tenants));
        Assert.All(journey.Traffic.Tally.Pauses, pause => Assert.Equal(Moving, pause.Tenant));
        Assert.NotEmpty(journey.Traffic.Tally.Pauses);
    }

    /// <summary>Every row of those who do not write, at both sides, with the transaction that wrote it.</summary>
    private static async Task<(string Source, string Target)> Quiet(ShopJourney journey) =>
        (await ShopWatch.Of(Others(1, Tenants), journey.Source),
            await ShopWatch.Of(Others(Tenants + 1, Tenants / 2), journey.Target));

    private static IEnumerable<int> Others(int first, int count) =>
        Enumerable.Range(first, count).Where(tenant => tenant != Moving && !Busy.Contains(tenant));

    /// <summary>Also those who name no tenant, and those who write rows that belong to it by their parent
    /// only.</summary>
    private static async Task LateWritersAreRefused(PostgreSqlDatabase fenced, int neighbour)
    {
        foreach (var sql in (string[])
            [
                $"UPDATE counters SET value = 0 WHERE tenant_id = {Moving}",
                $"INSERT INTO counters VALUES ({Moving}, 'late', 1)",
                $"DELETE FROM stock WHERE tenant_id = {Moving}",
                $"UPDATE counters SET tenant_id = {Moving}, name = 'new' WHERE tenant_id = {neighbour}",
                $"DELETE FROM order_lines WHERE order_id IN (SELECT id FROM orders WHERE tenant_id = {Moving})",
                "UPDATE documents SET title = 'all of us'",
            ])
        {
            var (state, _, hint) = await LateWriter.Write(fenced, sql);
            Assert.Equal(("GWF01", "Read the route and write there."), (state, hint));
        }
    }

    /// <summary>While the moved tenant's writers wait at the door.</summary>
    private static async Task OthersGoOn(ShopJourney journey)
    {
        journey.Route.Close();
        await Until.Holds("the moved tenant's writers wait", () => journey.Route.Waiting == 2);
        await journey.Traffic.GoesOn(20);
        journey.Route.Open();
    }
}
