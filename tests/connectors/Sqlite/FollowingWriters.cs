namespace Godwit.Tests.Connectors.Sqlite;

public sealed class FollowingWriters
{
    private const string Things =
        """
        CREATE TABLE things(id INTEGER PRIMARY KEY, u TEXT UNIQUE, a, b, v TEXT, w TEXT);
        CREATE UNIQUE INDEX ab ON things(a, b DESC);
        CREATE UNIQUE INDEX folded ON things(lower(v) COLLATE NOCASE DESC);
        CREATE UNIQUE INDEX some ON things(w) WHERE w LIKE 'p%';
        INSERT INTO things VALUES
          (1, 'u1', 1, 1, 'V1', 'p1'), (2, 'u2', 2, 2, 'V2', 'p2'), (3, 'u3', 3, 3, 'V3', 'x'),
            (4, 'u4', 4, 4, 'V4', 'x');
        """;

    [Theory]
    [InlineData("REPLACE INTO things VALUES(1, 'u1', 9, 9, 'n', 'n')")]
    [InlineData("REPLACE INTO things VALUES(5, 'u1', 9, 9, 'n', 'n')")]
    [InlineData("REPLACE INTO things VALUES(1, 'u2', 3, 3, 'v4', 'p2')")]
    [InlineData("REPLACE INTO things VALUES(NULL, 'u2', 3, 3, 'v4', 'p1')")]
    [InlineData("REPLACE INTO things(u, v) VALUES('new', 'v3')")]
    [InlineData("REPLACE INTO things(u, w) VALUES('new', 'p2')")]
    [InlineData("UPDATE OR REPLACE things SET u = 'u2' WHERE id = 1")]
    [InlineData("UPDATE OR REPLACE things SET id = 2 WHERE id = 1")]
    [InlineData("UPDATE OR REPLACE things SET a = 2, b = 2 WHERE id = 4")]
    [InlineData("UPDATE OR REPLACE things SET v = 'v1' WHERE id = 4")]
    [InlineData("UPDATE OR REPLACE things SET w = 'p1' WHERE id = 4")]
    [InlineData("INSERT INTO things VALUES(7, 'u1', 8, 8, 'q', 'q') ON CONFLICT(u) DO UPDATE SET a = 77")]
    [InlineData("INSERT OR IGNORE INTO things VALUES(1, 'other', 8, 8, 'q', 'q')")]
    [InlineData("INSERT INTO things SELECT id + 10, u || 'x', a + 10, b, v || 'x', w || 'x' FROM things")]
    [InlineData("UPDATE things SET id = id + 100")]
    [InlineData("UPDATE things SET id = -id; UPDATE things SET id = id + 5")]
    [InlineData("DELETE FROM things")]
    [InlineData("DELETE FROM things WHERE id > 2; INSERT INTO things(u) VALUES('again')")]
    [InlineData("BEGIN; DELETE FROM things; ROLLBACK; UPDATE things SET b = 0 WHERE id = 1")]
    [InlineData("BEGIN; DELETE FROM things WHERE id = 2; SAVEPOINT s; DELETE FROM things; ROLLBACK TO s; COMMIT")]
    public async Task Every_write_is_seen(string write)
    {
        foreach (var recursive in (string[])["OFF", "ON"])
        {
            await using var shop = new Shop();
            shop.AtSource(Things);
            var move = await shop.MoveEverything();
            await move.Copy();
            await move.AssertEqual();
            shop.AtSource($"PRAGMA recursive_triggers = {recursive}; {write}");
            await move.Follow();
            Same(shop, "things");
            await move.AssertEqual();
            Assert.Equal(0, await move.Follow());
        }
    }

    [Fact]
    public async Task Cascades_are_seen()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE parents(id INTEGER PRIMARY KEY, name TEXT UNIQUE);
            CREATE TABLE a(id INTEGER PRIMARY KEY,
              parent INTEGER REFERENCES parents ON DELETE CASCADE ON UPDATE CASCADE);
            CREATE TABLE b(id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parents ON DELETE SET NULL);
            INSERT INTO parents VALUES(1, 'x'), (2, 'y'), (3, 'z');
            INSERT INTO a VALUES(1, 1), (2, 2), (3, 3); INSERT INTO b VALUES(1, 1), (2, 2), (3, NULL);
            """);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("PRAGMA foreign_keys = ON; DELETE FROM parents WHERE id = 1; UPDATE parents SET id = 20 WHERE "
            + "id = 3");
        await move.Follow();
        Same(shop, "a");
        Same(shop, "b");
        Assert.Equal("2|2\n3|20", shop.Read(shop.TargetPath, "SELECT * FROM a"));
    }

    [Fact]
    public async Task Triggers_of_the_application_work_once()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE orders(id INTEGER PRIMARY KEY, total);
            CREATE TABLE audit(id INTEGER PRIMARY KEY, what);
            CREATE TRIGGER audited AFTER INSERT ON orders BEGIN INSERT INTO audit(what) VALUES('order ' || NEW.id); END;
            INSERT INTO orders VALUES(1, 1);
            """);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("INSERT INTO orders VALUES(2, 2)");
        await move.Follow();
        Same(shop, "audit");
        shop.AtTarget("INSERT INTO orders VALUES(3, 3)");
        Assert.Equal("1|order 1\n2|order 2\n3|order 3", shop.Read(shop.TargetPath, "SELECT * FROM audit"));
    }

    [Fact]
    public async Task What_was_acknowledged_is_forgotten_and_numbers_do_not_come_again()
    {
        await using var shop = new Shop();
        shop.AtSource(Things);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("DELETE FROM things WHERE id = 1");
        await move.Follow();
        var reached = (await move.To.Target.Reached(CancellationToken.None))!.Value;
        await move.From.Changes.Acknowledge(reached, CancellationToken.None);
        Assert.Equal("0", shop.Read(shop.SourcePath, $"SELECT count(*) FROM _godwit_{Shop.Mark}_changes"));
        Assert.Equal(reached, await move.From.Changes.Mark(CancellationToken.None));

        shop.AtSource("DELETE FROM things WHERE id = 2");
        Assert.True(await move.From.Changes.Mark(CancellationToken.None) > reached);
        Assert.Equal(1, await move.Follow());
        Same(shop, "things");
    }

    [Fact]
    public async Task A_batch_may_come_twice()
    {
        await using var shop = new Shop();
        shop.AtSource(Things);
        var move = await shop.MoveEverything();
        await move.Copy();
        var before = (await move.To.Target.Reached(CancellationToken.None))!.Value;
        shop.AtSource("UPDATE things SET u = u || 'x'; DELETE FROM things WHERE id = 3");
        await move.Follow();
        await move.To.Target.StartAt(before, CancellationToken.None);
        await move.Follow();
        Same(shop, "things");
    }

    internal static void Same(Shop shop, string table)
    {
        var all = $"SELECT * FROM {table} ORDER BY 1, 2";
        Assert.Equal(shop.Read(shop.SourcePath, all), shop.Read(shop.TargetPath, all));
    }
}
