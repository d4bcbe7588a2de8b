using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Whoever trusts the ledger has to know that it finds what it looks for.</summary>
public sealed class AuditingALedger
{
    [Theory]
    [InlineData("DELETE FROM tenants WHERE tenant_id = 99", "")]
    [InlineData("DELETE FROM stock WHERE (tenant_id, sku) = (1, 'sku-3')", "lost: stock 1|sku-3|1")]
    [InlineData("UPDATE stock SET tags = '{x,NULL}' WHERE (tenant_id, sku) = (2, 'sku-1')",
        "different: stock 2|sku-1|1")]
    [InlineData("UPDATE stock SET place = 2 WHERE (tenant_id, sku) = (1, 'sku-1')",
        "lost: stock 1|sku-1|1, unexpected: stock 1|sku-1|2")]
    [InlineData("UPDATE customers SET balance = 0 WHERE id = 1000000000", "different: customers 1000000000")]
    [InlineData("UPDATE order_lines SET price = price + 1e-9 WHERE (order_id, no) = (1000000000, 1)",
        "different: order_lines 1000000000")]
    [InlineData("SET session_replication_role = replica; DELETE FROM orders WHERE id = 1000000000",
        "lost: orders 1000000000")]
    [InlineData("UPDATE documents SET body = NULL WHERE tenant_id = 1 AND title = 'Document 1'",
        "different: documents 34f9abc6-f156-d400-8e7b-1c5d7b1acd8d")]
    [InlineData("INSERT INTO counters VALUES (2, 'again', 1)", "unexpected: counters 2|again")]
    public async Task A_row_that_is_not_as_it_was_written_is_found(string harm, string findings)
    {
        await using var database = await NewShop();
        var ledger = new ShopLedger();
        await ledger.ReadBaseline(database);
        await database.Run(harm);
        Assert.Equal(findings, string.Join(", ", (await ledger.Audit(database, _ => true)).Order()));
        Assert.Empty(await ledger.Audit(database, tenant => tenant == 3));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("UPDATE counters SET value = 1; DELETE FROM stock WHERE sku = 'sku-1'", "")]
    [InlineData("UPDATE counters SET value = 1", "different: counters")]
    [InlineData("DELETE FROM stock WHERE sku = 'sku-1'", "different: counters")]
    [InlineData("DELETE FROM stock WHERE (tenant_id, sku) = (1, 'sku-1')", "half of a transaction")]
    public async Task A_transaction_in_doubt_may_be_there_whole_or_not_at_all(string done, string finding)
    {
        await using var database = await NewShop();
        var (before, after) = (new ShopLedger(), new Dictionary<RowName, RowState>());
        await before.ReadBaseline(database);
        await database.Run($"CREATE DATABASE {database.Name}_after TEMPLATE {database.Name}");
        await using var other = new PostgreSqlDatabase(database.Server, $"{database.Name}_after");
        await other.Run("UPDATE counters SET value = 1; DELETE FROM stock WHERE sku = 'sku-1'");
        var changed = new ShopLedger();
        await changed.ReadBaseline(other);
        foreach (var row in changed.Rows("counters", _ => true))
            after.Add(row, changed.State(row));
        foreach (var row in before.Rows("stock", _ => true).Except(changed.Rows("stock", _ => true)))
            after.Add(row, before.State(row) with { Digest = null });
        before.NoteDoubt(after);

        await database.Run(done);

        var found = await before.Audit(database, _ => true);
        Assert.Equal(finding.Length > 0, found.Any(one => one.StartsWith(finding, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_row_that_was_only_written_again_was_touched()
    {
        await using var database = await NewShop();
        var before = await ShopWatch.OthersThan(2, database);
        await database.Run("UPDATE documents SET title = title || '!' WHERE tenant_id = 2");
        Assert.Equal(before, await ShopWatch.OthersThan(2, database));
        await database.Run("UPDATE counters SET value = value WHERE tenant_id = 3 AND name = 'hits'");
        Assert.NotEqual(before, await ShopWatch.OthersThan(2, database));
    }

    internal static async Task<PostgreSqlDatabase> NewShop(PostgreSqlServer? server = null)
    {
        server ??= await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        var database = await server.CreateDatabase();
        await TenantShop.Build(database, 1, 1, 4, ShopSize.Small);
        return database;
    }
}
