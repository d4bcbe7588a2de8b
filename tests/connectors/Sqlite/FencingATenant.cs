using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class FencingATenant
{
    private const string Schema =
        """
        CREATE TABLE orders(id INTEGER PRIMARY KEY, tenant INTEGER, code TEXT UNIQUE);
        CREATE TABLE lines(id INTEGER PRIMARY KEY, orders INTEGER REFERENCES orders(id), what TEXT);
        INSERT INTO orders VALUES(1, 42, 'a'), (2, 7, 'b'); INSERT INTO lines VALUES(10, 1, 'x'), (20, 2, 'y'),
          (30, NULL, 'z');
        """;

    [Theory]
    [InlineData("INSERT INTO orders VALUES(3, 42, 'c')")]
    [InlineData("UPDATE orders SET code = 'z' WHERE id = 1")]
    [InlineData("UPDATE orders SET tenant = 42 WHERE id = 2")]
    [InlineData("UPDATE orders SET tenant = 7 WHERE id = 1")]
    [InlineData("DELETE FROM orders WHERE id = 1")]
    [InlineData("DELETE FROM orders")]
    [InlineData("REPLACE INTO orders VALUES(1, 7, 'c')")]
    [InlineData("REPLACE INTO orders VALUES(9, 7, 'a')")]
    [InlineData("UPDATE OR REPLACE orders SET code = 'a' WHERE id = 2")]
    [InlineData("INSERT INTO lines VALUES(11, 1, 'n')")]
    [InlineData("UPDATE lines SET what = 'n' WHERE id = 10")]
    [InlineData("UPDATE lines SET orders = 1 WHERE id = 20")]
    [InlineData("UPDATE lines SET orders = 1 WHERE id = 30")]
    [InlineData("UPDATE lines SET orders = 2 WHERE id = 10")]
    [InlineData("DELETE FROM lines WHERE id = 10")]
    [InlineData("REPLACE INTO lines VALUES(10, 2, 'n')")]
    public async Task Writes_to_the_tenant_are_refused_and_say_where_to_go(string write)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveTenant();
        using var before = new SqlWriter(shop.SourcePath);
        Assert.Null(before.Try($"BEGIN; {write}; ROLLBACK"));
        await move.From.Fence.Raise(CancellationToken.None);

        var refusal = before.Try(write);
        Assert.Contains("godwit", refusal, StringComparison.Ordinal);
        Assert.Contains("sqlite:elsewhere.db", refusal, StringComparison.Ordinal);
        Assert.Contains("it's-a-move", refusal, StringComparison.Ordinal);
        await move.From.Fence.Lower(CancellationToken.None);
        Assert.Null(before.Try(write));
    }

    [Theory]
    [InlineData("INSERT INTO orders VALUES(3, 7, 'c')")]
    [InlineData("INSERT INTO orders VALUES(3, NULL, 'c')")]
    [InlineData("UPDATE orders SET code = 'z' WHERE tenant = 7")]
    [InlineData("DELETE FROM orders WHERE tenant = 7")]
    [InlineData("REPLACE INTO orders VALUES(2, 8, 'b')")]
    [InlineData("INSERT INTO lines VALUES(11, 2, 'n'), (12, NULL, 'n'), (13, 99, 'n')")]
    [InlineData("UPDATE lines SET what = 'n' WHERE id IN (20, 30)")]
    [InlineData("DELETE FROM lines WHERE id IN (20, 30)")]
    public async Task Everybody_else_writes_on(string write)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveTenant();
        await move.From.Fence.Raise(CancellationToken.None);
        shop.AtSource(write);
        Assert.Null(await move.From.Fence.LateWrites(CancellationToken.None));
    }

    [Fact]
    public async Task Raising_waits_for_the_writer_in_flight()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveTenant();
        using var writer = new SqlWriter(shop.SourcePath);
        writer.Run("BEGIN IMMEDIATE; UPDATE orders SET code = 'in flight' WHERE id = 1");
        var raising = move.From.Fence.Raise(CancellationToken.None);
        Assert.False(raising.IsCompleted);
        writer.Run("COMMIT");
        await raising;
        Assert.NotNull(writer.Try("UPDATE orders SET code = 'late' WHERE id = 1"));
        Assert.Equal("in flight", shop.Read(shop.SourcePath, "SELECT code FROM orders WHERE id = 1"));
    }

    [Fact]
    public async Task The_way_back_passes_the_fence_and_makes_no_echo()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveTenant();
        await move.Copy();
        await move.From.Fence.Raise(CancellationToken.None);
        await move.To.Changes.Prepare(move.Streams, CancellationToken.None);
        await move.To.Fence.Prepare(move.Streams, CancellationToken.None);
        await move.From.Target.Prepare(move.Streams, SchemaModel.None("sqlite"), CancellationToken.None);
        var back = new Move(move.To, move.From, move.Streams, move.Model);
        await back.To.Target.StartAt(await back.From.Changes.Mark(CancellationToken.None), CancellationToken.None);

        shop.AtTarget("UPDATE orders SET code = 'changed' WHERE id = 1; DELETE FROM lines; INSERT INTO lines "
            + "VALUES(50, 1, 'new')");
        Assert.Equal(3, await back.Follow());
        await move.AssertEqual();
        Assert.Equal("1|42|changed\n2|7|b", shop.Read(shop.SourcePath, "SELECT * FROM orders"));
        Assert.Equal(0, await move.Follow());
        Assert.Equal(0, await back.Follow());
    }

    [Fact]
    public async Task Nothing_stays_behind()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveTenant();
        await move.Copy();
        await move.To.Changes.Prepare(move.Streams, CancellationToken.None);
        await move.From.Target.Prepare(move.Streams, SchemaModel.None("sqlite"), CancellationToken.None);
        foreach (var store in (IStore[])[move.From, move.To])
        {
            for (var again = 0; again < 2; again++)
            {
                await store.Fence.Remove(CancellationToken.None);
                await store.Changes.Remove(CancellationToken.None);
                await store.Target.Remove(CancellationToken.None);
            }
        }
        foreach (var path in (string[])[shop.SourcePath, shop.TargetPath])
            Assert.Equal("0", shop.Read(path,
                "SELECT count(*) FROM sqlite_master WHERE name GLOB '_godwit*' OR sql GLOB '*_godwit*'"));
    }

    [Fact]
    public async Task Several_migrations_share_a_database()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var first = await shop.MoveTenant();
        await first.Copy();

        // The second follows everything at the first one's target: it must see what the first writes there.
        var target = await shop.Open(shop.TargetPath, StoreRole.Source, "ffffffff");
        var third = await shop.Open(Path.Combine(shop.Folder, "third.db"), StoreRole.Target, "ffffffff");
        var second = await Move.Prepare(target, third, Scopes.Everything);
        await second.Copy();
        shop.AtSource("UPDATE orders SET code = 'seen' WHERE id = 1");
        Assert.Equal(1, await first.Follow());
        Assert.Equal(1, await second.Follow());
        await second.AssertEqual();

        // A trigger of the application must not fire for the first, and the second's must.
        shop.AtTarget("CREATE TRIGGER mine AFTER UPDATE ON orders BEGIN SELECT 1; END");
        shop.AtSource("UPDATE orders SET code = 'twice' WHERE id = 1");
        var thrown = await Assert.ThrowsAsync<Godwit.Core.Problems.GodwitException>(first.Follow);
        Assert.Equal("GW-SQL-038", thrown.Problem.Code);
        shop.AtTarget("DROP TRIGGER mine");
        Assert.Equal(1, await first.Follow());

        await target.Fence.Raise(CancellationToken.None);
        shop.AtSource("UPDATE orders SET code = 'refused' WHERE id = 1");
        await Assert.ThrowsAsync<Godwit.Core.Problems.GodwitException>(first.Follow);
    }
}
