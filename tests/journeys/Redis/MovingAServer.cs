using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>All databases of a server, from their copy to a cutover and back, while writers are at work.</summary>
public sealed class MovingAServer(ITestOutputHelper output)
{
    public static TheoryData<int> Repeats => [.. Enumerable.Range(0, JourneySeed.IsSoak ? 10 : 1)];

    [Theory]
    [MemberData(nameof(Repeats))]
    public async Task A_whole_server_goes_over_and_comes_back_with_every_acknowledged_command(int repeat)
    {
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await ThereAndBack(source, target, repeat);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Between_servers_of_two_makers_values_are_written_as_each_of_them_reads_them(bool fromValkey)
    {
        await using var one = await RedisServer.Start();
        await using var other = await RedisServer.StartValkey();
        await (fromValkey ? ThereAndBack(other, one, 100) : ThereAndBack(one, other, 101));
    }

    private async Task ThereAndBack(RedisServer source, RedisServer target, int repeat)
    {
        var plan = new RedisPlan { Seed = JourneySeed.Print(output, repeat) };
        await using var journey = await RedisJourney.Begin(plan, source, target);

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Traffic.GoesOn(500);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(500);
        await journey.HandOver("rollback");
        await journey.Traffic.GoesOn(500);
        await journey.HandOver("cutover");
        await journey.Traffic.GoesOn(200);
        await journey.End();

        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps, {journey.Traffic.Ledger.Doubts} in doubt;"
            + $" {string.Join("; ", journey.Traffic.Tally.Said)}");
    }
}
