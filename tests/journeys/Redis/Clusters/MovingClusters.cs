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
    public async Task While_a_slot_of_the_source_is_under_way_traffic_stays_and_goes_over_when_it_has_arrived()
    {
        const int Slot = 5_000;
        await using var source = await RedisCluster.Start(3);
        await using var target = await RedisServer.Start();
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target));
        await journey.Begin();
        journey.Move.Start();
        await journey.Move.Follows();

        var (parts, away) = (journey.Move.Picture.Moves, source.Owner(RedisCluster.Slots - 1));
        await source.BeginMove(Slot, away);
        await journey.GoesOn(20);
        await using var given = journey.Move.BeginCommand("cutover");
        await Until.Holds("the cutover is refused", () => given.HasEnded, () => $"{journey.Move.Picture}");
        var refused = await given.End();
        Assert.NotEqual(0, refused.Code);
        Assert.Contains("being moved", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(journey.Source, journey.Present);
        await journey.GoesOn(20);

        await source.EndMove(Slot, away);
        await journey.IsCutAnew(parts);
        await journey.HandOver("cutover");
        await journey.GoesOn(20);
        output.WriteLine(await journey.End());
    }

    [Fact]
    public async Task Slots_that_move_for_good_are_followed_in_the_copy_and_after_it_and_after_traffic_was_taken_back()
    {
        await using var source = await RedisCluster.Start(3);
        await using var target = await RedisCluster.Start(2);
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target), bytesPerSecond: "200KB");
        var (first, second, third) = (source.Primaries[0], source.Primaries[1], source.Primaries[2]);
        await journey.Fill(3_000);
        await journey.Begin();

        journey.Move.Start();
        await journey.Move.Copies();
        var parts = journey.Move.Picture.Moves;
        await journey.Reshard(source, first, second);
        await journey.GoesOn(20);
        await journey.IsCutAnew(parts);

        // The highest slot of a part leaves it too, by which it is called.
        parts = journey.Move.Picture.Moves;
        await journey.Reshard(source, first, third, (RedisCluster.Slots / 3) - 1);
        await journey.Reshard(source, second, third);
        await journey.GoesOn(20);
        await journey.IsCutAnew(parts);
        await journey.HandOver("cutover");
        await journey.GoesOn(40);
        await journey.HandOver("rollback");
        await journey.GoesOn(20);

        parts = journey.Move.Picture.Moves;
        await journey.Reshard(source, third, first);
        await journey.GoesOn(20);
        await journey.IsCutAnew(parts);
        await journey.HandOver("cutover");
        await journey.GoesOn(20);
        output.WriteLine(await journey.End());
    }

    [Fact]
    public async Task Slots_that_move_for_good_are_followed_although_godwit_is_killed_meanwhile()
    {
        await using var source = await RedisCluster.Start(3);
        await using var target = await RedisCluster.Start(2);
        await using var journey = new ClusterJourney(
            JourneySeed.Print(output), CachePlace.Of(source), CachePlace.Of(target), bytesPerSecond: "200KB");
        await journey.Fill(1_000);
        await journey.Begin();
        journey.Move.Start();
        await journey.Move.Follows();
        var kept = journey.Move.Parts;
        await journey.Reshard(source, source.Primaries[0], source.Primaries[1]);

        // Before it is noticed; as soon as the new parts are remembered; while they are copied.
        await journey.Move.Runner.Kill();
        await journey.GoesOn(20);
        journey.Move.Start();
        await Until.Holds("the new parts are remembered", () => journey.Move.Parts != kept);
        await journey.Move.Runner.Kill();
        journey.Move.Start();
        await journey.Move.Shows("they are copied", one => one.Phase is "copying" or "catching_up" or "following");
        await journey.Move.Runner.Kill();
        await journey.GoesOn(20);
        journey.Move.Start();
        await journey.Move.Follows();
        await journey.HandOver("cutover");
        await journey.GoesOn(20);
        await journey.HandOver("rollback");
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
