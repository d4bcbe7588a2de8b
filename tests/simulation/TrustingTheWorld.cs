using Godwit.Core.Positions;

namespace Godwit.Tests.Simulation;

/// <summary>The memory stores and their hostility, tried out with the least that could be called a migration.</summary>
public sealed class TrustingTheWorld
{
    public static TheoryData<string> Personalities => new("touched", "touched backwards", "images");

    [Theory]
    [MemberData(nameof(Personalities))]
    public void However_often_the_world_fails_a_copy_that_follows_ends_equal(string personality) =>
        Seeds.Every(runs: 40, seed => Migrate(seed, personality, new HostileOdds { Die = 0 }, seen => seen));

    [Fact]
    public void The_same_seed_tells_the_same_story() => Seeds.Every(runs: 5, seed => Assert.Equal(
        Migrate(seed, "images", new HostileOdds { Die = 0 }, seen => seen).Thread.Story.Hash,
        Migrate(seed, "images", new HostileOdds { Die = 0 }, seen => seen).Thread.Story.Hash));

    [Fact]
    public void Other_seeds_tell_other_stories() => Assert.NotEqual(
        Migrate(1, "images", new HostileOdds { Die = 0 }, seen => seen).Thread.Story.Hash,
        Migrate(2, "images", new HostileOdds { Die = 0 }, seen => seen).Thread.Story.Hash);

    [Fact]
    public void Whoever_ignores_what_was_in_flight_loses_writes() => Loses("images", WithoutFlight);

    private static void Loses(string personality, Func<Visibility, Visibility> believe)
    {
        // Not the seed that somebody wants to replay: whether that one finds the planted mistake is nobody's promise.
        var failure = Assert.Throws<StoryFailedException>(() =>
        {
            for (var seed = 1UL; seed <= 300; seed++)
                Migrate(seed, personality, HostileOdds.Friendly, believe);
        });
        Assert.Contains("Assert.Equal() Failure: Collections differ", failure.Message);
    }

    private static Visibility WithoutFlight(Visibility seen) => Visibility.Snapshot(seen.Timeline, seen.Next, []);

    private static World Migrate(ulong seed, string personality, HostileOdds odds, Func<Visibility, Visibility> believe)
    {
        var settings = personality switch
        {
            "touched" => MemorySettings.TouchedKeys,
            "touched backwards" => MemorySettings.TouchedKeys with { PlainKeyOrder = false },
            _ => MemorySettings.AfterImages,
        };
        return World.Live(seed, odds, world => Migrate(world, settings, believe));
    }

    private static async Task Migrate(World world, MemorySettings settings, Func<Visibility, Visibility> believe)
    {
        var (source, target) = (world.Create("source", settings), world.Create("target", settings));
        foreach (var schema in Shop.Schemas)
        {
            source.Create(schema);
            target.Create(schema);
        }
        await Task.WhenAll(
            new Shoppers(world, source).Write(Shop.Tenant, 30, 12),
            new Shoppers(world, source).Write(Shop.Neighbour, 10, 6));
        var shopping = Task.WhenAll(
            new Shoppers(world, source).Write(Shop.Tenant, 30, 12),
            new Shoppers(world, source).Write(Shop.Tenant, 30, 12),
            new Shoppers(world, source).Write(Shop.Neighbour, 30, 6),
            new Shoppers(world, target).Write(Shop.Other, 30, 6));

        var life = world.Begin("tiny");
        var tiny = new TinyMigration(
            world.Open(life, source), world.Open(life, target), Shop.Scope(Shop.Tenant), life.Clock, believe);
        Assert.True(await life.Live(async () =>
        {
            await tiny.Copy();
            await tiny.Follow(shopping);
        }));
        Shop.Audit(world, Shop.Tenant, target);
        Shop.Audit(world, Shop.Neighbour, source);
        Shop.Audit(world, Shop.Other, target);
    }
}
