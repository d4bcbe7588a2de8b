using Godwit.Core.Problems;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class MovingATenant
{
    private const string Schema =
        """
        CREATE TABLE orders(id INTEGER PRIMARY KEY, tenant INTEGER, code TEXT UNIQUE);
        CREATE TABLE lines(id INTEGER PRIMARY KEY, orders INTEGER REFERENCES orders(id), what TEXT);
        CREATE TABLE notes(line INTEGER REFERENCES lines(id), n INTEGER, text TEXT, PRIMARY KEY(line, n)) WITHOUT ROWID;
        CREATE TABLE labels(code TEXT PRIMARY KEY REFERENCES orders(code), label TEXT);
        """;

    private const string Records =
        """
        INSERT INTO orders VALUES(1, 42, 'a'), (2, 42, 'b'), (3, 7, 'c'), (4, NULL, 'd');
        INSERT INTO lines VALUES(10, 1, 'l10'), (11, 1, 'l11'), (20, 2, 'l20'), (30, 3, 'l30'), (40, 4, 'l40'),
          (50, NULL, 'l50'), (60, 99, 'l60');
        INSERT INTO notes VALUES(10, 1, 'n'), (10, 2, 'n'), (20, 1, 'n'), (30, 1, 'n'), (50, 1, 'n');
        INSERT INTO labels VALUES('a', 'A'), ('b', 'B'), ('c', 'C'), ('x', 'X');
        """;

    private const string Others =
        """
        INSERT INTO orders VALUES(3, 9, 'o3'), (100, 9, 'o100');
        INSERT INTO lines VALUES(30, 3, 'o30'), (50, NULL, 'o50'), (61, 88, 'o61');
        INSERT INTO notes VALUES(30, 1, 'o'), (50, 1, 'o');
        INSERT INTO labels VALUES('o3', 'O3'), ('x', 'OX');
        """;

    [Theory]
    [InlineData("UPDATE orders SET tenant = 7 WHERE id = 1")]
    [InlineData("UPDATE orders SET tenant = 42 WHERE id = 4")]
    [InlineData("UPDATE orders SET tenant = NULL WHERE id = 2")]
    [InlineData("UPDATE orders SET tenant = 7 WHERE id = 1; UPDATE orders SET tenant = 42 WHERE id = 1; DELETE FROM "
        + "lines WHERE id = 11")]
    [InlineData("UPDATE lines SET orders = 4 WHERE id = 10")]
    [InlineData("UPDATE lines SET orders = 2 WHERE id = 40")]
    [InlineData("UPDATE lines SET orders = NULL WHERE id = 10")]
    [InlineData("DELETE FROM orders WHERE id = 1")]
    [InlineData("DELETE FROM orders WHERE id = 1; INSERT INTO orders VALUES(1, 7, 'a')")]
    [InlineData("DELETE FROM orders WHERE id = 1; DELETE FROM lines WHERE orders = 1; DELETE FROM notes WHERE line = "
        + "10")]
    [InlineData("REPLACE INTO orders VALUES(1, 7, 'a')")]
    [InlineData("REPLACE INTO orders VALUES(8, 7, 'a')")]
    [InlineData("REPLACE INTO orders VALUES(8, 42, 'a')")]
    [InlineData("REPLACE INTO orders VALUES(4, 42, 'd2')")]
    [InlineData("INSERT INTO orders VALUES(99, 42, 'late parent')")]
    [InlineData("UPDATE orders SET id = 99 WHERE id = 2")]
    [InlineData("UPDATE orders SET code = 'y' WHERE id = 1")]
    [InlineData("UPDATE orders SET code = 'a2' WHERE id = 1; UPDATE orders SET code = 'a', tenant = 42 WHERE id = 4")]
    [InlineData("PRAGMA foreign_keys = ON; DELETE FROM notes; DELETE FROM labels WHERE code = 'a'; DELETE FROM lines "
        + "WHERE orders = 1; DELETE FROM orders WHERE id = 1")]
    [InlineData("DELETE FROM lines")]
    [InlineData("DELETE FROM orders; DELETE FROM lines; DELETE FROM notes; DELETE FROM labels")]
    [InlineData("UPDATE lines SET what = 'other' WHERE id IN (30, 50)")]
    public async Task Records_follow_their_owner(string write)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema + Others);
        var move = await shop.MoveTenant();
        await move.Copy(1);
        await AssertOnlyTheTenant(shop, move);

        shop.AtSource(write);
        await move.Follow();
        await AssertOnlyTheTenant(shop, move);
        Assert.Equal(0, await move.Follow());
    }

    [Fact]
    public async Task A_value_that_somebody_else_has_stops_the_batch_and_nobody_is_overwritten()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema + Others);
        var move = await shop.MoveTenant();
        await move.Copy();
        shop.AtSource("INSERT INTO orders VALUES(200, 42, 'o100'), (201, 42, 'fine')");
        var thrown = await Assert.ThrowsAsync<GodwitException>(move.Follow);
        Assert.Equal("GW-SQL-019", thrown.Problem.Code);
        Assert.Equal(Recovery.Pause, thrown.Problem.Recovery);
        Assert.Contains("code", thrown.Problem.What, StringComparison.Ordinal);
        Assert.Contains("200", thrown.Problem.What, StringComparison.Ordinal);
        await AssertOthers(shop);
        Assert.Equal("0", shop.Read(shop.TargetPath, "SELECT count(*) FROM orders WHERE code = 'fine'"));

        shop.AtSource("UPDATE orders SET code = 'free' WHERE id = 200");
        await move.Follow();
        await AssertOnlyTheTenant(shop, move);
    }

    [Theory]
    [InlineData("INSERT INTO orders VALUES(100, 42, 'free')")]
    [InlineData("UPDATE orders SET code = 'x' WHERE id = 1")] // The label 'x' becomes ours, but there is another's.
    public async Task A_key_that_somebody_else_has_stops_the_batch(string write)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema + Others);
        var move = await shop.MoveTenant();
        await move.Copy();
        shop.AtSource(write);
        var thrown = await Assert.ThrowsAsync<GodwitException>(move.Follow);
        Assert.Equal("GW-SQL-019", thrown.Problem.Code);
        await AssertOthers(shop);
    }

    [Fact]
    public async Task A_record_of_the_tenant_that_nobody_knows_of_is_not_overwritten_either()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema + Others);
        var move = await shop.MoveTenant();
        await move.Copy();
        shop.AtTarget("INSERT INTO orders VALUES(500, 42, 'strange')");
        shop.AtSource("INSERT INTO orders VALUES(300, 42, 'strange')");
        var thrown = await Assert.ThrowsAsync<GodwitException>(move.Follow);
        Assert.Equal("GW-SQL-019", thrown.Problem.Code);
        Assert.Equal("500", shop.Read(shop.TargetPath, "SELECT id FROM orders WHERE code = 'strange'"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_child_that_came_before_its_parent_went_away_goes_too(bool recordByRecord)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema + Others);
        var move = await shop.MoveTenant();
        var start = await move.From.Changes.Mark(CancellationToken.None);
        foreach (var stream in move.Streams.Reverse())
        {
            await foreach (var chunk in move.From.Snapshot.Split(stream, new(100, 1 << 20), CancellationToken.None))
                await move.CopyChunk(stream, chunk, recordByRecord ? Move.By.Records : Move.By.SqliteItself);
            if (stream.Schema.Name == "lines")
                shop.AtSource("UPDATE orders SET tenant = 7 WHERE id = 1"); // Its lines are copied, it will not be.
        }
        await move.To.Target.FinishCopy(move.Streams, move.Model, CancellationToken.None);
        await move.To.Target.StartAt(start, CancellationToken.None);
        await move.Follow();
        await AssertOnlyTheTenant(shop, move);
    }

    [Fact]
    public async Task Orphans_are_counted()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema + Records);
        shop.AtTarget(Schema);
        var move = await shop.MoveTenant();
        var count = await move.From.Catalog.Count(move.Stream("lines"), CancellationToken.None);
        Assert.Equal((3, 2), (count.InScope, count.Orphans));
        Assert.Equal(3, (await move.From.Catalog.Count(move.Stream("notes"), CancellationToken.None)).InScope);
        Assert.Equal(2, (await move.From.Catalog.Count(move.Stream("orders"), CancellationToken.None)).InScope);
    }

    private static async Task AssertOnlyTheTenant(Shop shop, Move move)
    {
        await move.AssertEqual();
        await AssertOthers(shop);
        var all = Everything(shop);
        foreach (var stream in move.Streams)
        {
            var count = (await Move.Digest(move.From, stream)).Count;
            Assert.Equal(count, all[stream.Schema.Name] - (stream.Schema.Name == "lines" ? 3 : 2));
        }
    }

    private static Dictionary<string, long> Everything(Shop shop) => ((string[])["orders", "lines", "notes", "labels"])
        .ToDictionary(table => table, table => long.Parse(shop.Read(shop.TargetPath, $"SELECT count(*) FROM {table}")));

    private static Task AssertOthers(Shop shop)
    {
        Assert.Equal("3|9|o3\n100|9|o100", shop.Read(shop.TargetPath, "SELECT * FROM orders WHERE tenant = 9"));
        Assert.Equal("30|3|o30\n50|null|o50\n61|88|o61",
            shop.Read(shop.TargetPath, "SELECT * FROM lines WHERE what LIKE 'o%'"));
        Assert.Equal("30|1|o\n50|1|o", shop.Read(shop.TargetPath, "SELECT * FROM notes WHERE text = 'o'"));
        Assert.Equal("o3|O3\nx|OX",
            shop.Read(shop.TargetPath, "SELECT * FROM labels WHERE label LIKE 'O%' ORDER BY 1"));
        return Task.CompletedTask;
    }
}
