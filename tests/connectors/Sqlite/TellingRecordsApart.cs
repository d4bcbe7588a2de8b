using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class TellingRecordsApart
{
    public static TheoryData<string, string> Keys() => new()
    {
        { "CREATE TABLE t(id INTEGER PRIMARY KEY, v)", "id" },
        { "CREATE TABLE t(v, id INTEGER PRIMARY KEY AUTOINCREMENT)", "id" },
        { "CREATE TABLE t(id INTEGER PRIMARY KEY DESC, v)", "id" },
        { "CREATE TABLE t(id INT PRIMARY KEY, v)", "id" },
        { "CREATE TABLE t(id TEXT PRIMARY KEY, v)", "id" },
        { "CREATE TABLE t(id TEXT COLLATE NOCASE PRIMARY KEY, v)", "id" },
        { "CREATE TABLE t(id TEXT COLLATE RTRIM NOT NULL PRIMARY KEY, v) WITHOUT ROWID", "id" },
        { "CREATE TABLE t(id, v, PRIMARY KEY(v, id))", "v,id" },
        { "CREATE TABLE t(id, v, PRIMARY KEY(v DESC, id)) WITHOUT ROWID", "v,id" },
        { "CREATE TABLE t(id NOT NULL UNIQUE, v)", "id" },
        { "CREATE TABLE t(id NOT NULL, v NOT NULL, UNIQUE(id, v))", "id,v" },
        { "CREATE TABLE t(id, v)", "rowid" },
        { "CREATE TABLE t(id UNIQUE, v)", "rowid" },
        { "CREATE TABLE t(id, v, rowid)", "_rowid_" },
        { "CREATE TABLE t(id TEXT, v, PRIMARY KEY(id COLLATE NOCASE))", "rowid" },
        { "CREATE TABLE t(id NOT NULL, v); CREATE UNIQUE INDEX i ON t(id) WHERE v > 0", "rowid" },
        { "CREATE TABLE t(\"i\"\"d\" PRIMARY KEY, [from] , `v` )", "i\"d" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task The_narrowest_sure_key_is_chosen(string schema, string key)
    {
        await using var shop = new Shop();
        shop.AtSource(schema);
        var store = await shop.OpenSource();
        var stream = Assert.Single((await store.Catalog.Read(CancellationToken.None)).Streams);
        Assert.Equal(key, string.Join(',', stream.KeyColumns.Select(index => stream.Columns[index].Name)));
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task Records_with_such_a_key_are_copied_followed_and_proved(string schema, string key)
    {
        if (schema.Contains("from", StringComparison.Ordinal))
            return; // Its columns are called otherwise.
        foreach (var by in (Move.By[])[Move.By.SqliteItself, Move.By.Records])
        {
            await using var shop = new Shop();
            shop.AtSource(schema + "; " + Numbers(1, 500));
            var move = await shop.MoveEverything();
            await move.Copy(7, by);
            await move.AssertEqual();
            FollowingWriters.Same(shop, "t");
            await AssertPartsMakeTheWhole(move, key);
            shop.AtSource("UPDATE t SET v = v + 1000 WHERE v % 3 = 0; DELETE FROM t WHERE v % 7 = 0; "
                + Numbers(2000, 2050));
            await move.Follow();
            await move.AssertEqual();
            FollowingWriters.Same(shop, "t");
        }
    }

    [Fact]
    public async Task Keys_that_are_null_stand_for_several_records()
    {
        await using var shop = new Shop();
        shop.AtSource(
            """
            CREATE TABLE t(a TEXT, b INT, v, PRIMARY KEY(a, b));
            INSERT INTO t VALUES(NULL, NULL, 1), (NULL, NULL, 2), (NULL, NULL, 2), (NULL, 1, 3), (NULL, 1, 4),
              (NULL, 2, 5),
              ('x', NULL, 6), ('x', NULL, 7), ('x', 1, 8), ('y', 2, 9);
            """);
        foreach (var size in (long[])[1, 2, 3, 100])
        {
            var store = await shop.OpenSource();
            var stream = Scopes.Everything((await store.Catalog.Read(CancellationToken.None)).Streams)[0];
            await AssertChunksMakeTheWhole(store, stream, size);
        }
        var move = await shop.MoveEverything();
        await move.Copy(2);
        FollowingWriters.Same(shop, "t");
        await move.AssertEqual();
        shop.AtSource("DELETE FROM t WHERE v IN (2, 7); UPDATE t SET a = NULL, b = NULL WHERE v = 9; INSERT INTO t "
            + "VALUES('x', NULL, 10)");
        await move.Follow();
        FollowingWriters.Same(shop, "t");
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_spelling_that_changes_is_one_record_under_a_collation()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE t(name TEXT COLLATE NOCASE PRIMARY KEY, v); INSERT INTO t VALUES('abc', 1), "
            + "('Def', 2)");
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("UPDATE t SET name = upper(name); DELETE FROM t WHERE name = 'def'; INSERT INTO t VALUES('dEF', "
            + "3)");
        Assert.Equal(2, await move.Follow());
        FollowingWriters.Same(shop, "t");
        await move.AssertEqual();
    }

    private static string Numbers(int from, int to) =>
        $"WITH RECURSIVE n(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM n WHERE i < {to})"
        + " INSERT INTO t(id, v) SELECT i, i % 100 + i FROM n";

    private static async Task AssertPartsMakeTheWhole(Move move, string key)
    {
        Assert.NotEmpty(key);
        foreach (var size in (long[])[3, 50])
            await AssertChunksMakeTheWhole(move.From, move.Streams[0], size);
    }

    private static async Task AssertChunksMakeTheWhole(IStore store, ScopedStream stream, long size)
    {
        var (sum, read) = (default(Godwit.Core.Digests.RangeDigest), 0);
        await foreach (var chunk in store.Snapshot.Split(stream, new ChunkSize(size, 1 << 20), CancellationToken.None))
        {
            var part = await store.Digest.Digest(stream, chunk.Range, CancellationToken.None);
            sum += part;
            using var list = await store.Digest.List(stream, chunk.Range, CancellationToken.None);
            Assert.Equal(part.Count, list.Digests.Count);
            await using var reading = await store.Snapshot.Read(stream, chunk.Range, CancellationToken.None);
            await foreach (var batch in reading.Batches(CancellationToken.None))
            {
                read += batch.Count;
                batch.Dispose();
            }
        }
        Assert.Equal(await store.Digest.Digest(stream, KeyRange.All, CancellationToken.None), sum);
        Assert.Equal(sum.Count, read);
    }
}
