using Godwit.Cli.Demo.Shop;

namespace Godwit.Tests.Journeys;

/// <summary>Whatever is wrong is told with a code and a remedy, and nothing is changed by having tried.</summary>
public sealed class GivingBadInput
{
    [Theory]
    [InlineData("GW-CLI-003", "route:", "rout:")]
    [InlineData("GW-CLI-004", "max_pause: 5s", "max_pause: soon")]
    [InlineData("GW-CLI-004", "reference: [plans]", "reference: { plans: 1 }")]
    [InlineData("GW-CLI-007", "migration: tenant-42-to-b", "migration: ../away")]
    [InlineData("GW-CLI-008", "sqlite:b.db", "sqlite:${GODWIT_NOT_SET}/b.db")]
    [InlineData("GW-CLI-010", "sqlite:b.db", "sqlight:b.db")]
    [InlineData("GW-CLI-012", "sqlite:b.db", "sqlite:a.db")]
    [InlineData("GW-CLI-002", "moves:", "moves: [")]
    public async Task A_file_that_says_nonsense_is_wrong_usage(string code, string what, string instead)
    {
        using var folder = new BadFolder();
        folder.Edit(what, instead);
        await folder.CannotBegin(code, 2);
    }

    [Theory]
    [InlineData("GW-SQL-001", "sqlite:a.db", "sqlite:none.db")]
    [InlineData("GW-SQL-002", "sqlite:a.db", "sqlite:migration.yaml")]
    [InlineData("GW-SQL-002", "sqlite:a.db", "sqlite:a")]
    [InlineData("GW-FIL-002", "file:a/blobs/{tenant}", "file:a/none/{tenant}")]
    [InlineData("GW-FIL-010", "file:b/blobs/{tenant}", "file:a/blobs/{tenant}/inside")]
    [InlineData("GW-ENG-006", "tenant_column: tenant_id", "include: [\"*\"]")]
    public async Task A_place_that_cannot_be_moved_is_refused(string code, string what, string instead)
    {
        using var folder = new BadFolder();
        folder.Edit(what, instead);
        await folder.CannotBegin(code, 1);
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_wrong_usage()
    {
        using var folder = new BadFolder();
        await folder.IsRefused("GW-CLI-001", 2, "run", "none.yaml");
    }

    [Fact]
    public async Task A_tenant_that_does_not_exist_is_refused()
    {
        using var folder = new BadFolder();
        folder.Edit("tenant: { id: 42 }", "tenant: { id: 4242 }");
        await folder.CannotBegin("GW-FIL-002", 1);
        folder.Write("""
            migration: nobody
            tenant: { id: 4242 }
            moves:
              - { from: "sqlite:a.db", to: "sqlite:b.db", tables: { tenant_column: tenant_id, reference: [plans] } }
            """);
        await folder.CannotBegin("GW-ENG-004", 1);
    }

    [Fact]
    public async Task A_table_that_no_path_reaches_stops_the_plan()
    {
        using var folder = new BadFolder();
        folder.Sql(Shard.A, "CREATE TABLE adrift (id INTEGER PRIMARY KEY)");
        folder.Sql(Shard.B, "CREATE TABLE adrift (id INTEGER PRIMARY KEY)");
        await folder.CannotBegin("GW-ENG-002", 1);
    }

    [Fact]
    public async Task A_target_with_another_schema_is_refused()
    {
        using var folder = new BadFolder();
        folder.Sql(Shard.B, "ALTER TABLE orders ADD COLUMN more TEXT");
        await folder.CannotBegin("GW-SQL-021", 1);
    }

    [Fact]
    public async Task A_reference_table_that_differs_is_refused()
    {
        using var folder = new BadFolder();
        folder.Sql(Shard.B, "UPDATE plans SET cents = 1 WHERE code = 'pro'");
        await folder.CannotBegin("GW-ENG-005", 1);
    }

    [Fact]
    public async Task A_name_that_writes_to_the_terminal_is_shown_and_not_obeyed()
    {
        using var folder = new BadFolder();
        folder.Edit("id: 42", "id: \"\\e[2J\"");
        await folder.CannotBegin("GW-CLI-017", 2);
        await folder.IsRefused("GW-CLI-001", 2, "run", "\e[2J.yaml");
    }

    [Fact]
    public async Task A_second_runner_is_refused_while_the_first_one_goes_on()
    {
        await using var shop = new LiveShop(21);
        var run = shop.StartRun();
        await shop.IsProvedEqual(run);

        var second = await shop.Godwit("run", shop.Folder.MigrationFile);

        Assert.Equal((1, "GW-JRN-006"), (second.Code, second.Problem));
        await shop.Command("finish");
        Assert.Equal(0, (await run.End()).Code);
    }

    [Fact]
    public async Task Files_with_names_that_are_no_text_arrive_and_are_printed_safely()
    {
        using var folder = new BadFolder();
        var evil = Path.Combine(folder.Shop.Blobs(Shard.A, Tenant.Moving), "evil");
        Directory.CreateDirectory(evil);
        await File.WriteAllTextAsync(Path.Combine(evil, "\e[2J\n\u202E"), "x", CancellationToken.None);
        await Shell($"printf y > \"$(printf '{evil}/broken-\\377\\376')\"");

        var run = await folder.Godwit("run", folder.Shop.MigrationFile, "--until", "following");

        Assert.True(run.Code == 0, run.ToString());
        Assert.DoesNotContain(run.Output + run.Error, one => char.IsControl(one) && one != '\n');
        await Shell($"diff -r '{evil}' '{folder.Shop.Blobs(Shard.B, Tenant.Moving)}/evil'");
        await Shell($"rm -r '{evil}' '{folder.Shop.Blobs(Shard.B, Tenant.Moving)}/evil'"); // .NET cannot name them.
    }

    private static async Task Shell(string line)
    {
        using var process = System.Diagnostics.Process.Start("sh", ["-c", line]);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, process.ExitCode);
    }
}
