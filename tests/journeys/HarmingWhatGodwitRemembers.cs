using Godwit.Cli.Demo.Shop;

namespace Godwit.Tests.Journeys;

/// <summary>A journal or a receipt with one byte changed says so, and nothing is built on it.</summary>
public sealed class HarmingWhatGodwitRemembers
{
    [Fact]
    public async Task A_journal_with_one_byte_changed_is_refused_by_every_command()
    {
        using var folder = await Copied();
        Harm(folder.Journal, "\"name\":\"tenant-42-to-b\"");
        await folder.IsRefused("GW-JRN-004", 1, "run", folder.Shop.MigrationFile);
        await folder.IsRefused("GW-JRN-004", 1, "status", ShopFolder.Migration);
        await folder.IsRefused("GW-JRN-004", 1, "cutover", ShopFolder.Migration);
    }

    [Fact]
    public async Task A_journal_under_another_name_is_refused()
    {
        using var folder = await Copied();
        Directory.Move(Path.Combine(folder.State, ShopFolder.Migration), Path.Combine(folder.State, "other"));
        folder.Edit("migration: tenant-42-to-b", "migration: other");
        await folder.IsRefused("GW-JRN-003", 1, "run", folder.Shop.MigrationFile);
    }

    [Fact]
    public async Task A_migration_file_that_was_edited_since_the_plan_is_refused()
    {
        using var folder = await Copied();
        folder.Edit("reference: [plans]", "exclude: [plans]");
        await folder.IsRefused("GW-ENG-010", 1, "run", folder.Shop.MigrationFile);
    }

    [Fact]
    public async Task A_receipt_with_one_byte_changed_does_not_verify()
    {
        using var folder = await Copied();
        Assert.Equal(0, (await folder.Godwit("run", folder.Shop.MigrationFile, "--until", "following")).Code);
        var written = await folder.Godwit("receipt", ShopFolder.Migration, "-o", folder.Shop.Receipt);
        Assert.True(written.Code == 0, written.ToString());
        var good = await folder.Godwit("receipt", "verify", folder.Shop.Receipt);
        Assert.True((bool)good.Json!["valid"]!, good.ToString());

        Harm(folder.Shop.Receipt, "\"customers\"");

        await folder.IsRefused("GW-ENG-022", 1, "receipt", "verify", folder.Shop.Receipt);
    }

    /// <summary>A migration that was planned and copied, and is at rest.</summary>
    private static async Task<BadFolder> Copied()
    {
        var folder = new BadFolder();
        var run = await folder.Godwit("run", folder.Shop.MigrationFile, "--until", "copied");
        Assert.True(run.Code == 0, run.ToString());
        return folder;
    }

    /// <summary>Changes the last letter of a text that is in the file.</summary>
    private static void Harm(string path, string text)
    {
        var bytes = File.ReadAllBytes(path);
        var at = bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(at >= 0, $"{path} does not hold {text}");
        bytes[at + text.Length - 2] ^= 1;
        File.WriteAllBytes(path, bytes);
    }
}
