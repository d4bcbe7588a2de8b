using Godwit.Engine.Planning;

namespace Godwit.Tests.Simulation;

/// <summary>The whole engine in a hostile world. See <see cref="MigrationLife"/> for what is asked of every
/// life.</summary>
public sealed class MovingATenant
{
    [Fact]
    public void However_often_the_world_fails_the_tenant_has_exactly_what_it_was_promised() =>
        Seeds.Every(runs: 900, seed =>
            MigrationLife.Live(seed, new HostileOdds(), MemorySettings.TouchedKeys, MigrationMode.Hybrid));

    [Fact]
    public void A_source_whose_log_is_ahead_of_its_snapshots_loses_nothing_either() =>
        Seeds.Every(runs: 900, seed =>
            MigrationLife.Live(seed, new HostileOdds(), MemorySettings.AfterImages, MigrationMode.Hybrid));

    [Fact]
    public void Batches_that_overlap_arrive_in_their_order_or_not_at_all() =>
        Seeds.Every(runs: 400, seed =>
            MigrationLife.Live(
                seed, new HostileOdds(),
                (seed % 2 == 0 ? MemorySettings.TouchedKeys : MemorySettings.AfterImages) with { BatchesUnderWay = 2 },
                MigrationMode.Hybrid));

    [Fact]
    public void In_a_friendly_world_every_order_of_events_ends_well() =>
        Seeds.Every(runs: 200, seed =>
            MigrationLife.Live(seed, HostileOdds.Friendly, MemorySettings.AfterImages, MigrationMode.Hybrid));

    [Fact]
    public void The_same_seed_tells_the_same_story() =>
        Seeds.Every(runs: 10, seed => Assert.Equal(Told(seed), Told(seed)));

    private static ulong Told(ulong seed) =>
        MigrationLife.Live(seed, new HostileOdds(), MemorySettings.TouchedKeys, MigrationMode.Hybrid)
            .Thread.Story.Hash;
}
