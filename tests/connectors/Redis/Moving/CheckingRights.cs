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
