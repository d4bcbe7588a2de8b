using Godwit.Cli.Demo.Audit;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Tests.Journeys;

/// <summary>Whoever trusts the audit of the demonstration has to know that it finds what it looks for.</summary>
public sealed class AuditingAShop
{
    [Fact]
    public async Task A_shop_that_nobody_touched_is_clean()
    {
        await using var shop = new LiveShop(1);
        Assert.Empty(shop.Audit().Findings);
    }

    [Fact]
    public async Task A_shop_that_only_its_writers_touched_is_clean()
    {
        await using var shop = new LiveShop(2);
        await shop.LetWritersWrite();

        var report = shop.Audit();

        Assert.Empty(report.Findings);
        Assert.True(report.MovingWrites >= 80, $"{report.MovingWrites} writes");
        Assert.True(report.OtherWrites >= 80, $"{report.OtherWrites} writes");
    }

    [Theory]
    [InlineData("DELETE FROM payments WHERE id = 0")]
    [InlineData("UPDATE customers SET balance = balance + 1 WHERE id = 20")]
    [InlineData("UPDATE customers SET balance = CAST(balance AS TEXT) || 'x' WHERE id = 20")]
    [InlineData("UPDATE order_lines SET quantity = 99 WHERE rowid = (SELECT min(rowid) FROM order_lines)")]
    public async Task A_row_of_the_moving_tenant_that_is_not_as_written_is_lost(string harm)
    {
        await using var shop = new LiveShop(3);
        shop.Sql(Shard.A, harm);
        Assert.Equal(FindingKind.Lost, Assert.Single(shop.Audit().Findings).Kind);
    }

    [Theory]
    [InlineData("INSERT INTO payments SELECT 999999980, order_code, cents, method FROM payments WHERE id = 0")]
    [InlineData("INSERT INTO products VALUES (42, 99999, 'again', 1.0, 1)")]
    public async Task A_row_of_the_moving_tenant_that_nobody_wrote_is_a_duplicate(string harm)
    {
        await using var shop = new LiveShop(4);
        shop.Sql(Shard.A, harm);
        Assert.Equal(FindingKind.Duplicated, Assert.Single(shop.Audit().Findings).Kind);
    }

    [Theory]
    [InlineData(nameof(Shard.A), "UPDATE products SET stock = -1 WHERE tenant_id = 7 AND no = 1")]
    [InlineData(nameof(Shard.B), "DELETE FROM products WHERE tenant_id = 15 AND no = 9")]
    [InlineData(nameof(Shard.B), "INSERT INTO products VALUES (3, 1, 'of another shard', 1.0, 1)")]
    [InlineData(nameof(Shard.B), "INSERT INTO events VALUES ('nobody''s', 15, 'a', NULL)")]
    [InlineData(nameof(Shard.B), "UPDATE plans SET cents = 1 WHERE code = 'pro'")]
    public async Task A_row_of_a_tenant_that_stays_is_watched_at_both_shards(string shard, string harm)
    {
        await using var shop = new LiveShop(5);
        shop.Sql(Enum.Parse<Shard>(shard), harm);
        Assert.Equal(FindingKind.OtherTenant, Assert.Single(shop.Audit().Findings).Kind);
    }

    [Theory]
    [InlineData(42, nameof(FindingKind.Lost))]
    [InlineData(1, nameof(FindingKind.OtherTenant))]
    public async Task A_file_that_changed_is_found(int tenant, string kind)
    {
        await using var shop = new LiveShop(6);
        File.AppendAllText(shop.FirstFile(Shard.A, Tenant.Numbered((long)tenant)!), "x");
        Assert.Equal(kind, Assert.Single(shop.Audit().Findings).Kind.ToString());
    }

    [Fact]
    public async Task A_file_that_is_gone_is_lost_and_one_that_appeared_is_a_duplicate()
    {
        await using var shop = new LiveShop(7);
        var file = shop.FirstFile(Shard.A, Tenant.Moving);
        File.Move(file, file + " again");
        Assert.Equal(
            [FindingKind.Lost, FindingKind.Duplicated],
            shop.Audit().Findings.Select(one => one.Kind).Order());
    }

    [Fact]
    public async Task The_moving_tenant_is_looked_for_where_the_route_says()
    {
        await using var shop = new LiveShop(8);
        File.WriteAllText(shop.Folder.Routes, """{"42":{"epoch":1,"places":{"sqlite:a.db":"sqlite:b.db"}}}""");
        var report = shop.Audit();
        Assert.All(report.Findings, one => Assert.Equal(FindingKind.Lost, one.Kind));
        Assert.Equal(new ShopSeed(8, ShopSize.Tiny).RowsOf(Tenant.Moving).Count(), report.Findings.Count);
    }

    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(false, false, 0)]
    [InlineData(true, false, 1)]
    public async Task A_transaction_whose_writer_was_killed_may_be_there_whole_or_not_at_all(
        bool one, bool other, int findings)
    {
        await using var shop = new LiveShop(9);
        var customer = new ShopSeed(9, ShopSize.Tiny).RowsOf(Tenant.Moving).First();
        var changed = customer.With(5, 7_000_000L);
        var work = new Work().Update(customer, changed)
            .Insert(new ShopRow(ShopTable.Payments, [80_000_000L, "a-0", 1L, "card"]));
        using (var note = new Note(Path.Combine(shop.Folder.Notes, "tenant-killed.note")))
            note.Intend(new NotedTransaction(1, 42, Shard.A, 0, work.Writes));
        if (one)
            shop.Sql(Shard.A, "UPDATE customers SET balance = 7000000 WHERE id = 0");
        if (other)
            shop.Sql(Shard.A, "INSERT INTO payments VALUES (80000000, 'a-0', 1, 'card')");

        Assert.Equal(findings, shop.Audit().Findings.Count);
    }

    [Fact]
    public async Task What_a_writer_wondered_about_is_reported()
    {
        await using var shop = new LiveShop(10);
        using (var note = new Note(Path.Combine(shop.Folder.Notes, "tenant-rows-0.note")))
            note.Wonder("0 rows instead of 1: UPDATE");
        Assert.Equal(FindingKind.Lost, Assert.Single(shop.Audit().Findings).Kind);
    }
}
