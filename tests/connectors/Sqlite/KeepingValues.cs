namespace Godwit.Tests.Connectors.Sqlite;

public sealed class KeepingValues
{
    private const string Zoo =
        """
        CREATE TABLE zoo(id INTEGER PRIMARY KEY, none, i INTEGER, t TEXT, r REAL, n NUMERIC, b BLOB, d DECIMAL(10, 2),
          f BOOLEAN);
        INSERT INTO zoo VALUES(1, 12, 12, 12, 12, 12, 12, 12, 12);
        INSERT INTO zoo VALUES(2, '12.0', '12.0', '12.0', '12.0', '12.0', '12.0', '12.0', '12.0');
        INSERT INTO zoo VALUES(3, 'abc', 'abc', 'abc', 'abc', 'abc', 'abc', 'abc', 'true');
        INSERT INTO zoo VALUES(4, x'00ff', x'00ff', x'00ff', x'00ff', x'00ff', x'00ff', x'00ff', x'00ff');
        INSERT INTO zoo VALUES(5, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.10, 1.1);
        INSERT INTO zoo VALUES(6, 9223372036854775807, -9223372036854775808, 9007199254740993, 9007199254740993,
          '9223372036854775808', 9007199254740993.0, '1e3', '007');
        INSERT INTO zoo VALUES(7, 9e999, -9e999, 9e999, -9e999, 1e-320, -0.0, 0.1 + 0.2, NULL);
        INSERT INTO zoo VALUES(8, '', x'', '', '', x'', '', '', x'');
        INSERT INTO zoo VALUES(9, CAST(x'61ff00fe62' AS TEXT), 'a' || char(0) || 'b', CAST(x'c328' AS TEXT),
          CAST(x'00' AS TEXT),
          char(0), CAST(x'eda080' AS TEXT), char(0x10ffff), 'ü€😀');
        INSERT INTO zoo VALUES(10, zeroblob(100000), randomblob(70000), hex(randomblob(40000)),
          NULL, NULL, NULL, NULL, NULL);
        """;

    private const string Look =
        """
        SELECT id, typeof(none), hex(none), typeof(i), hex(i), typeof(t), hex(t), typeof(r), quote(r), typeof(n),
          quote(n),
          typeof(b), hex(b), typeof(d), quote(d), typeof(f), hex(f) FROM zoo ORDER BY id
        """;

    [Theory]
    [InlineData("UTF-8", false)]
    [InlineData("UTF-8", true)]
    [InlineData("UTF-16le", false)]
    [InlineData("UTF-16be", false)]
    public async Task Every_value_keeps_its_storage_class_and_its_bytes(string encoding, bool recordByRecord)
    {
        await using var shop = new Shop();

        // As UTF-16 an odd number of bytes is no text; older libraries cut it off.
        var zoo = encoding == "UTF-8"
            ? Zoo
            : Zoo.Replace("x'61ff00fe62'", "x'61ff00fe'", StringComparison.Ordinal)
                .Replace("x'eda080'", "x'eda0'", StringComparison.Ordinal)
                .Replace("CAST(x'00'", "CAST(x'0000'", StringComparison.Ordinal);
        shop.AtSource($"PRAGMA encoding = '{encoding}'; {zoo}");
        var move = await shop.MoveEverything();
        await move.Copy(3, recordByRecord ? Move.By.Records : Move.By.SqliteItself);
        Assert.Equal(encoding, shop.Read(shop.TargetPath, "PRAGMA encoding"));
        Assert.Equal(shop.Read(shop.SourcePath, Look), shop.Read(shop.TargetPath, Look));
        await move.AssertEqual();

        shop.AtSource("UPDATE zoo SET id = id + 100");
        await move.Follow();
        Assert.Equal(shop.Read(shop.SourcePath, Look), shop.Read(shop.TargetPath, Look));
        await move.AssertEqual();
    }

    [Fact]
    public async Task Text_keys_keep_their_bytes_too()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE zoo(k PRIMARY KEY, v);
            INSERT INTO zoo VALUES(CAST(x'61ff' AS TEXT), 1), (x'61ff', 2), (1, 3), ('1', 4), (1.5, 5), (x'', 6),
              ('', 7), ('a' || char(0) || 'b', 8),
              ('it''s', 9), (9e999, 10), (-9e999, 11), (x'31', 12);
            """);
        const string look = "SELECT typeof(k), hex(k), v FROM zoo ORDER BY v";
        var move = await shop.MoveEverything();
        await move.Copy(1);
        await move.AssertEqual();
        shop.AtSource("UPDATE zoo SET v = v + 100");
        Assert.Equal(12, await move.Follow());
        Assert.Equal(shop.Read(shop.SourcePath, look), shop.Read(shop.TargetPath, look));
        await move.AssertEqual();
    }

    [Fact]
    public async Task Generated_columns_are_computed_again_and_defaults_do_not_interfere()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE t(id INTEGER PRIMARY KEY, a, twice AS (a * 2),
              kept AS (a * 3) STORED UNIQUE, d DEFAULT 'default', c CHECK (c < 5));
            INSERT INTO t(id, a, d) VALUES(1, 1, NULL), (2, 2, 'x');
            PRAGMA ignore_check_constraints = ON; INSERT INTO t(id, a, c) VALUES(3, 3, 99);
            """);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("UPDATE t SET a = 10 WHERE id = 1; REPLACE INTO t(id, a) VALUES(5, 2)");
        await move.Follow();
        FollowingWriters.Same(shop, "t");
        await move.AssertEqual();
        Assert.DoesNotContain(move.Streams[0].Schema.Columns, column => column.Name is "twice" or "kept");
    }

    [Fact]
    public async Task Strict_tables_stay_strict()
    {
        await using var shop = new Shop();
        if (string.CompareOrdinal(shop.Read(shop.SourcePath, "SELECT sqlite_version()"), "3.37") < 0)
            Assert.Skip("STRICT tables need SQLite 3.37; this machine has only the bundled library.");
        shop.AtSource("CREATE TABLE t(id INTEGER PRIMARY KEY, a INT, b ANY, c TEXT) STRICT; INSERT INTO t VALUES(1, "
            + "2, '3', '4'), (2, NULL, 3, 4)");
        var move = await shop.MoveEverything();
        await move.Copy();
        await move.AssertEqual();
        FollowingWriters.Same(shop, "t");
        Assert.Contains("strict", move.Streams[0].Schema.Definition, StringComparison.Ordinal);
        Assert.Contains("STRICT", shop.Read(shop.TargetPath, "SELECT sql FROM sqlite_master"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_store_itself_is_made_alike()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """"
            PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL; PRAGMA application_id = 1234;
            PRAGMA user_version = 77;
            PRAGMA journal_mode = WAL;
            CREATE TABLE "odd ""name"""(id INTEGER PRIMARY KEY AUTOINCREMENT, "select" TEXT);
            CREATE INDEX "odd index" ON "odd ""name"""("select" COLLATE NOCASE) WHERE "select" IS NOT NULL;
            CREATE VIEW seen AS SELECT * FROM "odd ""name""";
            CREATE TRIGGER on_view INSTEAD OF INSERT ON seen BEGIN INSERT INTO "odd ""name""" ("select") VALUES(
                NEW."select"); END;
            INSERT INTO "odd ""name""" VALUES(1, 'a'), (500, 'b'); DELETE FROM "odd ""name""" WHERE id = 500;
            """");
        var move = await shop.MoveEverything();
        await move.Copy();
        await move.To.Target.SetCounters(await move.From.Catalog.Counters(move.Streams, CancellationToken.None),
            CancellationToken.None);
        foreach (var pragma in (string[])["page_size", "auto_vacuum", "application_id", "user_version", "journal_mode"])
            Assert.Equal(shop.Read(shop.SourcePath, $"PRAGMA {pragma}"),
                shop.Read(shop.TargetPath, $"PRAGMA {pragma}"));
        const string schema = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE '\\_godwit%' ESCAPE '\\' "
            + "AND sql NOT NULL ORDER BY 1, 2";
        Assert.Equal(shop.Read(shop.SourcePath, schema), shop.Read(shop.TargetPath, schema));
        shop.AtTarget("INSERT INTO seen(\"select\") VALUES('c')");
        Assert.Equal("501", shop.Read(shop.TargetPath, "SELECT max(id) FROM \"odd \"\"name\"\"\""));
    }
}
