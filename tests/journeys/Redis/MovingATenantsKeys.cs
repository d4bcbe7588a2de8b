using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>One tenant's keys, by their names, from a server to another one, both full of others who go on
/// writing.</summary>
public sealed class MovingATenantsKeys(ITestOutputHelper output)
{
    public static TheoryData<bool, int> Ways => new(
        from repeat in Enumerable.Range(0, JourneySeed.IsSoak ? 5 : 1)
        from fencesUser in (bool[])[false, true]
        select (fencesUser, repeat));

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_tenants_keys_go_over_and_come_back_and_nobody_elses_are_touched(bool fencesUser, int repeat)
    {
        var plan = new RedisPlan
        {
            Seed = JourneySeed.Print(output, repeat), OneTenant = true, FencesUser = fencesUser, Writers = 3,
        };
        await using var source = await RedisServer.Start();
        await using var target = await RedisServer.Start();
        await QuietKeys.Write(source);
        await QuietKeys.Write(target);
        var before = (await QuietKeys.Read(source), await QuietKeys.Read(target));
        await using var journey = await RedisJourney.Begin(plan, source, target);

        var rights = (await Rights(source), await Rights(target));

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.Traffic.GoesOn(500);
        await journey.HandOver("cutover");
        if (fencesUser)
            await LateWriterIsRefused(source);
        await journey.Traffic.GoesOn(500);
        await OthersGoOn(journey);
        await journey.HandOver("rollback");
        if (fencesUser)
            await LateWriterIsRefused(target);
        await journey.Traffic.GoesOn(300);
        await OthersGoOn(journey);
        await journey.End();

        if (fencesUser)
            Assert.Equal(rights, (await Rights(source), await Rights(target)));
        Assert.Equal(before.Item1, await QuietKeys.Read(source));
        Assert.Equal(before.Item2, await QuietKeys.Read(target));
        Assert.Empty(journey.AtSource.Tally.Said);
        Assert.Empty(journey.AtTarget.Tally.Said);
        output.WriteLine($"{journey.Traffic.Ledger.Steps} steps, {journey.Traffic.Ledger.Doubts} in doubt;"
            + $" {string.Join("; ", journey.Traffic.Tally.Said)}");
    }

    private static async Task<string> Rights(RedisServer server) => RedisClient.AsText(
        await server.Call("ACL", "GETUSER", RedisPlan.TenantUser.User));

    private static async Task LateWriterIsRefused(RedisServer fenced)
    {
        await using var client = await fenced.Connect();
        await client.Call("AUTH", RedisPlan.TenantUser.User, RedisPlan.TenantUser.Password);
        foreach (var late in (object[][])
            [
                ["SET", "t:42:late", "1"], ["DEL", "t:42:filling:1"], ["FLUSHDB"],
                ["XREADGROUP", "GROUP", "g", "c0", "STREAMS", "t:42:w0:stream:0:0:0", ">"],
            ])
        {
            var refusal = await Assert.ThrowsAsync<RedisRefusal>(() => client.Call(late));
            Assert.StartsWith("NOPERM", refusal.Message, StringComparison.Ordinal);
        }
    }

    private static async Task OthersGoOn(RedisJourney journey)
    {
        await journey.AtSource.GoesOn(50);
        await journey.AtTarget.GoesOn(50);
    }
}
