using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>A whole database, from its copy to a cutover and back, while its writers are at work.</summary>
public sealed class MovingAShop(ITestOutputHelper output)
{
    private static readonly int Repeats = JourneySeed.IsSoak ? 10 : 1;

    public static TheoryData<int, int> Ways => new(
        from repeat in Enumerable.Range(0, Repeats)
        from major in (int[])[PostgreSqlServer.Distribution, 18]
        select (major, repeat));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_whole_database_goes_over_and_comes_back_with_every_acknowledged_write(int major, int repeat)
    {
        var plan = new ShopPlan { Seed = JourneySeed.Print(output, repeat) };
        await using var journey = await ShopJourney.Begin(
            plan, await PostgreSqlServer.Shared(PostgreSqlServer.Distribution), await PostgreSqlServer.Shared(major));

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Traffic.GoesOn(150);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(150);
        await LateWriteIsRefused(journey.Source, journey.Target);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(150);
        await LateWriteIsRefused(journey.Target, journey.Source);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(100);
        await journey.End();

        output.WriteLine($"{journey.Ledger.Writes} rows written; {string.Join("; ", journey.Traffic.Tally.Said)}");
    }

    private static async Task LateWriteIsRefused(PostgreSqlDatabase fenced, PostgreSqlDatabase present)
    {
        var (state, message, hint) = await LateWriter.Write(fenced, "UPDATE counters SET value = 0");
        Assert.Equal(
            ("GWF01", $"godwit: this data has moved to {present.Address} (migration {DatabaseMove.Name})",
                "Read the route and write there."),
            (state, message, hint));
    }
}
