using Godwit.Cli.Demo.Audit;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Tests.Journeys;

/// <summary><c>kill -9</c> at moments that chance chooses: in the copy, the cutover and the rollback.</summary>
public sealed class KillingTheRunner(ITestOutputHelper output)
{
    private static readonly int Kills = Environment.GetEnvironmentVariable("GODWIT_SOAK") == "1" ? 10 : 1;

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("GODWIT_SEED"), out var seed)
        ? seed
        : Random.Shared.Next(100_000);

    /// <summary>Slow enough that the copy can be killed in its middle.</summary>
    private const string Slowly = "\nlimits: { bytes_per_second: 1500KB }\n";

    private readonly Dice _dice = new(Seed);

    [Fact]
    public async Task However_often_the_runner_is_killed_nothing_is_lost()
    {
        output.WriteLine($"GODWIT_SEED={Seed}, {3 * Kills} kills");
        await using var shop = new LiveShop(Seed);
        await File.AppendAllTextAsync(shop.Folder.MigrationFile, Slowly, CancellationToken.None);
        // Nobody sees a deletion while the runner is dead.
        await shop.StartWriters("--repeat-deletions", "--slowness", "4");

        for (var kill = 0; kill < Kills; kill++)
            await RunUntilKilled(shop, null);
        await Settle(shop, null);
        for (var kill = 0; kill < 2 * Kills; kill++)
            await RunUntilKilled(shop, await Phase(shop) == "guarding" ? "rollback" : "cutover");
        await Settle(shop, "cutover");
        await shop.WritersGoOn(100);
        var run = await Settle(shop, "rollback");
        await shop.WritersGoOn(100);

        await shop.StopWriters();
        await shop.Command("verify");
        await shop.Command("finish");
        var end = await run.End();
        Assert.True(end.Code == 0, end.ToString());
        Assert.DoesNotContain(shop.Audit().Findings, one => !IsLateVersion(one));
        Assert.True((bool)(await Receipt(shop)).Json!["valid"]!);
    }

    /// <summary>
    /// Killed between a write of its own and the note of it, Godwit takes it for somebody's late write at the next
    /// start and keeps both versions, as it promises for those: one too many beside the right one, and none lost.
    /// </summary>
    private static bool IsLateVersion(Finding finding) =>
        finding.What.Contains(".godwit-late-", StringComparison.Ordinal);

    [Fact]
    public async Task A_copy_that_was_killed_in_its_middle_goes_on()
    {
        await using var shop = new LiveShop(Seed + 1);
        await File.AppendAllTextAsync(shop.Folder.MigrationFile, Slowly, CancellationToken.None);
        await using (var run = shop.StartRun())
        {
            await shop.Shows(
                "some rows are copied and not all", one => one is { Phase: "copying", Rows: > 0 }, run);
            await run.Kill();
        }

        var again = shop.StartRun("--until", "following");
        var end = await again.End();

        Assert.True(end.Code == 0, end.ToString());
        Assert.Equal("equal", (string?)end.Json!["verdict"]);
        await shop.Command("finish");
        Assert.Empty(shop.Audit().Findings);
    }

    /// <summary>Runs it, gives a command meanwhile, and kills both some transactions later.</summary>
    private async Task RunUntilKilled(LiveShop shop, string? command)
    {
        var run = shop.StartRun();
        if (command is null)
        {
            await shop.WritersGoOn(1 + _dice.Below(60));
            await run.Kill();
            return;
        }
        await shop.WritersGoOn(1 + _dice.Below(30));
        await using var given = GodwitProcess.Start(
            shop.Folder.Path, command, ShopFolder.Migration, "--json", "--state", shop.Folder.State);
        await shop.WritersGoOn(1 + _dice.Below(50));
        await given.Kill();
        await run.Kill();
    }

    /// <summary>Lets it run in peace until a command, whoever gave it, is done.</summary>
    private static async Task<GodwitProcess> Settle(LiveShop shop, string? command)
    {
        var run = shop.StartRun();
        var phase = command == "cutover" ? "guarding" : "following";
        await Until.Holds(
            $"it is {phase}",
            async () =>
            {
                await LiveShop.IsAlive(run);
                var status = await shop.Godwit("status", ShopFolder.Migration);
                var now = (string?)status.Json?["phase"];
                if (now == phase && (command is not null || (string?)status.Json?["verdict"] == "equal"))
                    return true;
                // Given before the runner has begun, the command would be carried out by itself, and keep it out.
                // What was killed may still be waiting in the journal; a second one is refused then, and harmless.
                if (command is not null && status.Json?["runner"] is not null && now is "following" or "guarding")
                    _ = await shop.Godwit(command!, ShopFolder.Migration);
                return false;
            },
            () => run.Said);
        if (command == "rollback")
            return run;
        await run.Kill();
        await run.DisposeAsync();
        return run;
    }

    private static async Task<string?> Phase(LiveShop shop) =>
        (string?)(await shop.Godwit("status", ShopFolder.Migration)).Json?["phase"];

    private static async Task<GodwitAnswer> Receipt(LiveShop shop)
    {
        var written = await shop.Godwit("receipt", ShopFolder.Migration, "-o", shop.Folder.Receipt);
        Assert.True(written.Code == 0, written.ToString());
        return await shop.Godwit("receipt", "verify", shop.Folder.Receipt);
    }
}
