using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class WritingATarget
{
    private static CancellationToken None => CancellationToken.None;

    private const string Many =
        """
        CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, v TEXT);
        CREATE UNIQUE INDEX later ON t(v);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO t SELECT i,
          'u' || i, 'v' || i FROM n;
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_was_killed_goes_on_where_it_was(bool recordByRecord)
    {
        await using var shop = new Shop();
        shop.AtSource(Many);
        var by = recordByRecord ? Move.By.Records : Move.By.SqliteItself;
        var move = await shop.MoveEverything();
        var chunks = await Chunks(move, 300);
        await move.CopyChunk(move.Streams[0], chunks[0], by);
        await move.CopyChunk(move.Streams[0], chunks[2], by);
        await move.To.DisposeAsync();

        var again = await Move.Prepare(await shop.OpenSource(), await shop.OpenTarget(), Scopes.Everything);
        Assert.Equal([0, 2], (await again.To.Target.Done(None)).Select(one => one.Index));
        await again.CopyChunk(again.Streams[0], chunks[1], by);
        await again.CopyChunk(again.Streams[0], chunks[3], by);
        await again.CopyChunk(again.Streams[0], chunks[2], by);
        Assert.Equal(1000, (await again.To.Target.Done(None)).Sum(one => one.Records));
        await again.AssertEqual();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_unique_value_that_wanders_while_the_copy_runs_does_not_stop_it(bool recordByRecord)
    {
        await using var shop = new Shop();
        shop.AtSource(Many);
        var by = recordByRecord ? Move.By.Records : Move.By.SqliteItself;
        var move = await shop.MoveEverything();
        var chunks = await Chunks(move, 300);
        var first = await move.CopyChunk(move.Streams[0], chunks[0], by);

        // From the first chunk, which is copied, into the last: within the table's own UNIQUE and within an index made
        // later.
        shop.AtSource(
            """
            UPDATE t SET u = 'x' WHERE id = 7; UPDATE t SET u = 'u7' WHERE id = 990;
            UPDATE t SET v = 'x' WHERE id = 8; UPDATE t SET v = 'v8' WHERE id = 991;
            """);
        foreach (var chunk in chunks.Skip(1))
            await move.CopyChunk(move.Streams[0], chunk, by);
        await move.To.Target.FinishCopy(move.Streams, move.Model, None);
        await move.To.Target.StartAt(first.Visibility.SeenThrough, None);
        await move.Follow();
        await move.AssertEqual();
        FollowingWriters.Same(shop, "t");
    }

    [Fact]
    public async Task A_chunk_that_is_cut_off_leaves_nothing()
    {
        await using var shop = new Shop();
        shop.AtSource(Many);
        var move = await shop.MoveEverything();
        using var stop = new CancellationTokenSource();
        await using var read = await move.From.Snapshot.Read(move.Streams[0], new(null, null), None);
        var chunk = new Chunk(0, 0, new(null, null), 1000, 1000);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => move.To.Target.WriteChunk(move.Streams[0], chunk, new SlowRead(read, stop.Cancel), stop.Token));
        Assert.Empty(await move.To.Target.Done(None));
        Assert.Equal("0", shop.Read(shop.TargetPath, "SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task A_full_disk_pauses_and_the_same_step_works_when_there_is_room()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(1, zeroblob(300000))");
        var move = await shop.MoveEverything();
        var target = (Godwit.Connectors.Sqlite.SqliteStore)move.To;
        var chunk = Assert.Single(await Chunks(move, 300));
        await target.Writer.Alone(database => database.Number("PRAGMA max_page_count = 30"), None);
        var thrown = await Assert.ThrowsAsync<GodwitException>(
            () => move.CopyChunk(move.Streams[0], chunk, Move.By.Records));
        Assert.Equal("GW-SQL-005", thrown.Problem.Code);
        Assert.Equal(Recovery.Pause, thrown.Problem.Recovery);
        await target.Writer.Alone(database => database.Number("PRAGMA max_page_count = 100000"), None);
        await move.CopyChunk(move.Streams[0], chunk, Move.By.Records);
        await move.AssertEqual();
    }

    [Fact]
    public async Task An_abort_takes_back_what_was_copied_and_made()
    {
        await using var shop = new Shop();
        shop.AtSource(Many + "CREATE VIEW w AS SELECT * FROM t;");
        var move = await shop.MoveEverything();
        await move.Copy();
        await move.To.Target.RemoveData(move.Streams, None);
        await move.To.Target.Remove(None);
        Assert.Equal("", shop.Read(shop.TargetPath, "SELECT name FROM sqlite_master WHERE name <> 'sqlite_sequence'"));
        await move.To.Target.RemoveData(move.Streams, None);
    }

    [Fact]
    public async Task An_abort_spares_the_records_of_others()
    {
        await using var shop = new Shop();
        const string schema = "CREATE TABLE t(id INTEGER PRIMARY KEY, tenant); CREATE TABLE c(id INTEGER PRIMARY KEY, "
            + "t REFERENCES t(id));";
        shop.AtSource(schema + "INSERT INTO t VALUES(1, 42), (2, 7); INSERT INTO c VALUES(1, 1), (2, 2)");
        shop.AtTarget(schema + "INSERT INTO t VALUES(2, 9); INSERT INTO c VALUES(2, 2), (3, NULL)");
        var move = await shop.MoveTenant();
        await move.Copy();
        await move.To.Target.RemoveData(move.Streams, None);
        Assert.Equal("2|9", shop.Read(shop.TargetPath, "SELECT * FROM t"));
        Assert.Equal("2|2\n3|null", shop.Read(shop.TargetPath, "SELECT * FROM c"));
    }

    [Theory]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, v INT)", "column v")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE)", "column v")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT UNIQUE, v TEXT COLLATE NOCASE)", "nocase")]
    [InlineData("CREATE TABLE t(id INTEGER PRIMARY KEY, u TEXT, v TEXT)", "unique u")]
    [InlineData("CREATE TABLE t(id INT PRIMARY KEY, u TEXT UNIQUE, v TEXT)", "row number")]
    public async Task A_target_that_is_defined_differently_is_refused_with_the_difference(string schema,
        string difference)
    {
        await using var shop = new Shop();
        shop.AtSource(Many);
        shop.AtTarget(schema);
        var thrown = await Assert.ThrowsAsync<GodwitException>(shop.MoveEverything);
        Assert.Equal("GW-SQL-021", thrown.Problem.Code);
        Assert.Contains(difference, thrown.Problem.Why, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_definition_that_is_only_written_differently_is_accepted()
    {
        await using var shop = new Shop();
        shop.AtSource(Many);
        shop.AtTarget(
            """
            create table [T] (
              ID integer primary key, -- the id
              "u" text, v Text, unique(u)); CREATE UNIQUE INDEX another ON t(v)
            """);
        var move = await shop.MoveEverything();
        await move.Copy();
        await move.AssertEqual();
    }

    [Fact]
    public async Task Others_write_to_a_shared_target_while_a_chunk_is_read()
    {
        await using var shop = new Shop();
        const string schema = "CREATE TABLE t(id INTEGER PRIMARY KEY, tenant);";
        shop.AtSource(schema + "INSERT INTO t VALUES(1, 42)");
        shop.AtTarget(schema);
        var move = await shop.MoveTenant();
        Assert.True(move.To.Abilities.ChunkSize.Bytes < move.From.Abilities.ChunkSize.Bytes);
        using var other = new SqlWriter(shop.TargetPath);
        await using var read = await move.From.Snapshot.Read(move.Streams[0], new(null, null), None);
        var slow = new SlowRead(read, () => other.Run("PRAGMA busy_timeout = 0; INSERT INTO t VALUES(2, 7)"));
        await move.To.Target.WriteChunk(move.Streams[0], new Chunk(0, 0, new(null, null), 1, 1), slow, None);
        Assert.Equal("1|42\n2|7", shop.Read(shop.TargetPath, "SELECT * FROM t"));
    }

    private static async Task<List<Chunk>> Chunks(Move move, long records)
    {
        var chunks = new List<Chunk>();
        await foreach (var chunk in move.From.Snapshot.Split(move.Streams[0], new ChunkSize(records, 1 << 20), None))
            chunks.Add(chunk);
        return chunks;
    }
}
