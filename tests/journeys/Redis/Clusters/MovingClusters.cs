using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis.Clusters;

/// <summary>Clusters on either side, from the copy to a cutover and back, while writers are at work.</summary>
public sealed class MovingClusters(ITestOutputHelper output)
{
    [Fact]
    public async Task A_server_becomes_a_cluster_and_comes_back_with_every_acknowledged_command()
    {
        await using var source = await RedisServer.Start("repl-diskless-sync-delay 0");
        await using var target = await RedisCluster.Start(3);
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target));
        await journey.Begin();

        journey.Move.Start();
        await journey.Move.Follows();
        await journey.GoesOn(60);
        await journey.HandOver("cutover");
        await journey.GoesOn(60);
        await journey.HandOver("rollback");
        await journey.GoesOn(60);
        await journey.HandOver("cutover");
        await journey.GoesOn(20);
        output.WriteLine(await journey.End());
    }

    [Fact]
    public async Task A_cluster_is_cut_in_another_way_although_godwit_is_killed()
    {
        await using var source = await RedisCluster.Start(3);
        await using var target = await RedisCluster.Start(2);
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target));
        await journey.Begin();

        journey.Move.Start();
        await journey.Move.Copies();
        await journey.Move.Runner.Kill();
        await journey.GoesOn(40);
        journey.Move.Start();
        await journey.Move.Follows();
        await journey.HandOver("cutover");
        await journey.GoesOn(40);
        await journey.Move.Runner.Kill();
        await journey.GoesOn(40);
        journey.Move.Start();
        await journey.Move.Shows("the way back is verified", one => one is { Phase: "guarding", Passes: > 0 });
        await journey.HandOver("rollback");
        await journey.GoesOn(40);
        output.WriteLine(await journey.End());
    }

    [Fact]
    public async Task While_a_slot_of_the_source_is_elsewhere_traffic_stays_and_goes_over_when_it_is_back()
    {
        const int Slot = 5_000;
        await using var source = await RedisCluster.Start(3);
        await using var target = await RedisServer.Start();
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target));
        await journey.Begin();
        journey.Move.Start();
        await journey.Move.Follows();

        var (home, away) = (source.Owner(Slot), source.Owner(RedisCluster.Slots - 1));
        await source.Move(Slot, away);
        await journey.GoesOn(40);
        await using var given = journey.Move.BeginCommand("cutover");
        await Until.Holds("the cutover is refused", () => given.HasEnded, () => $"{journey.Move.Picture}");
        var refused = await given.End();
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("GW-RED-036", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(journey.Source, journey.Present);
        await journey.GoesOn(20);

        await source.Move(Slot, home);
        var resumed = await journey.Move.Godwit("resume", DatabaseMove.Name);
        Assert.True(resumed.Code == 0, $"{resumed}; {journey.Move.Runner.Said}");
        await journey.HandOver("cutover");
        await journey.GoesOn(20);
        output.WriteLine(await journey.End());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replica_that_takes_over_is_followed_and_written_to(bool atSource)
    {
        await using var cluster = await RedisCluster.Start(3);
        await using var server = await RedisServer.Start("repl-diskless-sync-delay 0");
        var (primary, replica) = (cluster.Owner(0), await cluster.AddReplica(cluster.Owner(0)));
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), atSource ? CachePlace.Of(cluster) : CachePlace.Of(server),
            atSource ? CachePlace.Of(server) : CachePlace.Of(cluster));
        await journey.Begin();
        journey.Move.Start();
        await journey.Move.Follows();

        await cluster.FailOver(primary, replica);
        await journey.GoesOn(40);
        await journey.HandOver("cutover");
        await journey.GoesOn(40);
        await cluster.FailOver(replica, primary);
        await journey.GoesOn(40);
        await journey.HandOver("rollback");
        await journey.GoesOn(20);
        output.WriteLine(await journey.End());
    }
}
