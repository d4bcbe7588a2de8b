using Godwit.Core.Stores;
using Godwit.Tests.Conformance;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>What 'check' says of a user whose rights end somewhere.</summary>
public sealed class CheckingRights : OperationPromises<RedisConformance.LimitedTenant>
{
    [Theory]
    [InlineData("resetkeys ~t:42:* ~__gw:*", false)]
    [InlineData("resetkeys ~t:* ~__gw:*", false)]
    [InlineData("allkeys", false)]
    [InlineData("resetkeys ~t:7:* ~__gw:*", true)]
    [InlineData("resetkeys ~t:42:a* ~__gw:*", true)]
    [InlineData("resetkeys %R~t:42:* ~__gw:*", true)]
    [InlineData("resetkeys ~t:42:*", true)]
    [InlineData("-memory", true)]
    public async Task Rights_are_asked_for_on_keys_in_scope_and_on_no_others(string rights, bool isRefused)
    {
        await Harness.Server(Place.Source).Call(["ACL", "SETUSER", "godwit", .. rights.Split(' ')]);
        var problems = await Source.Catalog.Check(StoreRole.Source, Streams, null, None);
        Assert.Equal(isRefused, problems.Any(one => one.Code == "GW-RED-004"));
    }
}

/// <summary>The same of a server that has no dry run.</summary>
public sealed class CheckingRightsOfOldServers : OperationPromises<RedisConformance.OldLimited>
{
    [Theory]
    [InlineData("allkeys", "")]
    [InlineData("-psync", "GW-RED-019")]
    [InlineData("-replconf", "GW-RED-019")]
    [InlineData("-memory", "GW-RED-004")]
    [InlineData("resetkeys ~__gw:*", "GW-RED-004")]
    public async Task Rights_are_asked_for_and_nothing_is_done(string rights, string code)
    {
        await Harness.Server(Place.Source).Call(["ACL", "SETUSER", "godwit", .. rights.Split(' ')]);
        var problems = await Source.Catalog.Check(StoreRole.Source, Streams, null, None);
        Assert.Equal(
            code.Length > 0 ? [code] : [],
            problems.Select(one => one.Code).Where(one => one is "GW-RED-019" or "GW-RED-004").Distinct());
        Assert.Contains(problems, one => one.Code == "GW-RED-046");
        Assert.Equal(0L, await Harness.Server(Place.Source).Call("DBSIZE"));
    }
}
