using Godwit.Core.Stores;
using Godwit.Tests.Conformance;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Redis.Moving;

/// <summary>A user whose rights the fence takes gets them back, and nothing else.</summary>
public sealed class FencingAUser : OperationPromises<RedisConformance.Fenced>
{
    private const string User = "application";

    [Theory]
    [InlineData("~t:42:* +@all")]
    [InlineData("%R~t:42:read:* ~t:42:* ~t:7:shared +@all -@dangerous -get +config|get")]
    public async Task A_fence_is_lowered_also_after_everything_was_emptied(string rights)
    {
        await Give(["reset", "on", ">sesame", .. rights.Split(' ')]);
        var before = await Rights();
        await Source.Fence.Prepare(Streams, None);
        await Source.Fence.Raise(None);
        Assert.NotEqual(before, await Rights());
        await Harness.Server(Place.Source).Call("FLUSHALL");
        await Reopen(Place.Source);
        await Source.Fence.Lower(None);
        Assert.Equal(before, await Rights());
        await AssertNothingIsKept();
    }

    [Fact]
    public async Task A_fence_that_was_cut_off_before_it_was_up_is_lowered_without_a_trace()
    {
        var before = await Rights();
        await Source.Fence.Raise(None);
        await Give("resetkeys", "~t:42:*", "+@all");
        Assert.Equal(before, await Rights());
        await Source.Fence.Raise(None);
        await Source.Fence.Lower(None);
        Assert.Equal(before, await Rights());
        await AssertNothingIsKept();
    }

    [Fact]
    public async Task The_last_of_two_migrations_gives_back_what_was_there_before_the_first()
    {
        var before = await Rights();
        var other = await Open(Place.Source, StoreRole.Source, StoreHarness.OtherMark);
        await Source.Fence.Raise(None);
        await other.Fence.Raise(None);
        var fenced = await Rights();
        await Harness.Server(Place.Source).Call("FLUSHALL");
        await Source.Fence.Lower(None);
        Assert.Equal(fenced, await Rights());
        await other.Fence.Lower(None);
        Assert.Equal(before, await Rights());
        await AssertNothingIsKept();
    }

    [Fact]
    public async Task Nobody_may_come_in_as_the_user_that_keeps_the_rights()
    {
        await Source.Fence.Raise(None);
        await using var client = await Harness.Server(Place.Source).Connect();
        var keeper = $"__gw:fence:{StoreHarness.Mark}:{User}";
        Assert.Contains(keeper, await client.Text("ACL", "USERS"));
        foreach (var word in (string[])["", "sesame"])
            await Assert.ThrowsAsync<RedisRefusal>(() => client.Call("AUTH", keeper, word));
    }

    private async Task Give(params string[] rules) =>
        await Harness.Server(Place.Source).Call(["ACL", "SETUSER", User, .. rules]);

    private async Task<string> Rights() =>
        RedisClient.AsText(await Harness.Server(Place.Source).Call("ACL", "GETUSER", User));

    private async Task AssertNothingIsKept() =>
        Assert.DoesNotContain("__gw:", RedisClient.AsText(await Harness.Server(Place.Source).Call("ACL", "LIST")));
}
