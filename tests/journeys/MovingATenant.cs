using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Tests.Journeys;

/// <summary>The demonstration, and its migration step by step with the audit where the demonstration has
/// none.</summary>
public sealed class MovingATenant
{
    [Fact]
    public async Task The_demonstration_proves_what_it_says()
    {
        var answer = await GodwitProcess.Run(Path.GetTempPath(), "demo", "--size", "tiny", "--seed", "7");

        Assert.True(answer.Code == 0, answer.ToString());
        var json = answer.Json!;
        Assert.Equal(
            (0, 0, 0, "equal", true),
            ((int)json["lost"]!, (int)json["duplicated"]!, (int)json["other_tenants_changed"]!,
                (string?)json["verdict"], (bool)json["receipt_valid"]!));
        Assert.True((int)json["acknowledged_writes"]! > 500, answer.Output);
        Assert.InRange((double)json["cutover_pause_ms"]!, 1, 5_000);
        Assert.InRange((double)json["rollback_pause_ms"]!, 1, 5_000);
        File.Delete((string)json["receipt"]!);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task After_a_cutover_the_target_holds_every_acknowledged_write(int seed)
    {
        await using var shop = new LiveShop(seed);
        await shop.StartWriters();
        var run = shop.StartRun();
        await shop.IsProvedEqual(run);
        await shop.Command("cutover");
        await shop.WritersGoOn(150);
        await shop.StopWriters();
        await shop.Command("verify");
        await shop.Command("finish");
        Assert.Equal(0, (await run.End()).Code);

        var moved = new RouteReader(shop.Folder.Routes, Tenant.Moving, ShopFolder.FilesAddress).Where();
        Assert.Equal(Shard.B, moved);
        Assert.Empty(shop.Audit().Findings);
    }
}
