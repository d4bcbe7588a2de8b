using Godwit.Connectors.Redis;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Core.Problems;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>A real Sentinel, and what becomes of an address that names it.</summary>
public sealed class AskingASentinel
{
    private const string Name = "shop";

    [Fact]
    public async Task The_primary_is_the_one_that_the_Sentinel_names_also_after_a_failover()
    {
        await using var primary = await RedisServer.Start("repl-diskless-sync-delay 0");
        await using var replica = await RedisServer.Start($"replicaof 127.0.0.1 {primary.Port}");
        await using var sentinel = await RedisServer.StartSentinel(Name, primary.Port);
        var owner = Owner(sentinel, Name);
        Assert.Equal(primary.Port, (await owner.Find(Cancellation)).Port);

        await Until.Holds(
            "the Sentinel knows the replica",
            async () => await sentinel.Call("SENTINEL", "REPLICAS", Name) is object[] { Length: 1 } known
                && known[0] is object[] facts && !facts.Contains("disconnected") && !facts.Contains("s_down,slave"));
        await primary.Stop(immediate: true);
        await Until.Holds(
            "the replica is the primary", async () => (await owner.Find(Cancellation)).Port == replica.Port);
    }

    [Fact]
    public async Task A_name_that_the_Sentinel_does_not_know_is_a_problem_that_names_it()
    {
        await using var primary = await RedisServer.Start();
        await using var sentinel = await RedisServer.StartSentinel(Name, primary.Port);
        var failure = await Assert.ThrowsAsync<GodwitException>(() => Owner(sentinel, "sh0p").Find(Cancellation));
        Assert.Equal("GW-RED-033", failure.Problem.Code);
        Assert.Contains("sh0p", failure.Problem.What, StringComparison.Ordinal);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static SlotOwner Owner(RedisServer sentinel, string name) => new(
        RedisAddress.Parse($"redis://127.0.0.1:{sentinel.Port}?sentinel={name}", "the shop's cache"),
        "the shop's cache", TimeProvider.System);
}
