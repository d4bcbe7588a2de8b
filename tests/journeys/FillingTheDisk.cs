using System.Diagnostics;
using Godwit.Cli.Demo;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Tests.Journeys;

/// <summary>The target is on a disk that is too small for it.</summary>
public sealed class FillingTheDisk
{
    [Fact]
    public async Task A_full_disk_pauses_the_run_with_a_problem_and_space_lets_it_go_on()
    {
        await using var shop = new LiveShop(11);
        var small = Path.Combine(shop.Folder.Path, "small");
        Directory.CreateDirectory(small);
        var room = new FileInfo(shop.Folder.Database(Shard.B)).Length + 200_000;
        if (await Mount("-t", "tmpfs", "-o", $"size={room}", "tmpfs", small) != 0)
            Assert.Skip("Mounting a small disk needs root: mount -t tmpfs");
        try
        {
            await Fill(shop, small);
        }
        finally
        {
            await Start("umount", "--lazy", small);
        }
    }

    private static async Task Fill(LiveShop shop, string small)
    {
        File.Copy(shop.Folder.Database(Shard.B), Path.Combine(small, "b.db"));
        await File.WriteAllTextAsync(
            shop.Folder.MigrationFile, MigrationText.Yaml.Replace("sqlite:b.db", "sqlite:small/b.db"),
            CancellationToken.None);
        var run = shop.StartRun();

        GodwitAnswer? status = null;
        await Until.Holds(
            "status shows a problem",
            async () =>
            {
                await LiveShop.IsAlive(run);
                status = await shop.Godwit("status", ShopFolder.Migration);
                return status.Json?["problem"] is not null;
            },
            () => status?.ToString() ?? "");
        Assert.Equal("GW-SQL-005", (string?)status!.Json!["problem"]!["code"]);

        Assert.Equal(0, await Mount("-o", "remount,size=64m", small));
        await shop.Command("resume");
        await shop.IsProvedEqual(run);
        Assert.Null((await shop.Godwit("status", ShopFolder.Migration)).Json!["problem"]);
        await shop.Command("finish");
        Assert.Equal(0, (await run.End()).Code);
    }

    private static Task<int> Mount(params string[] words) => Start("mount", words);

    private static async Task<int> Start(string program, params string[] words)
    {
        using var process = Process.Start(new ProcessStartInfo(program, words)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode;
    }
}
