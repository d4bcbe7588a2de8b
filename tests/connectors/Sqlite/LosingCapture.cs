using Godwit.Core.Problems;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class LosingCapture
{
    private const string Schema =
        "CREATE TABLE t(id INTEGER PRIMARY KEY, v); CREATE TABLE bare(v); INSERT INTO t VALUES(1, 1); INSERT INTO "
            + "bare VALUES(1), (2), (3); DELETE FROM bare WHERE v = 2;";

    [Theory]
    [InlineData("DROP TRIGGER _godwit_0a1b2c3d_capture_0_update", "GW-SQL-014")]
    [InlineData("DROP TABLE t", "GW-SQL-015")]
    [InlineData("CREATE TABLE n(id INTEGER PRIMARY KEY, v); INSERT INTO n SELECT * FROM t; DROP TABLE t; ALTER TABLE "
        + "n RENAME TO t", "GW-SQL-015")]
    [InlineData("DROP TABLE t; CREATE TABLE t(id INTEGER PRIMARY KEY, v)", "GW-SQL-014")]
    [InlineData("ALTER TABLE t ADD COLUMN w", "GW-SQL-015")]
    [InlineData("ALTER TABLE t RENAME COLUMN v TO w", "GW-SQL-015")]
    [InlineData("VACUUM", "GW-SQL-016")]
    public async Task It_is_noticed_before_anything_is_missed(string change, string code)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("INSERT INTO t VALUES(2, 2)");
        await move.Follow();
        shop.AtSource(change + "; CREATE TABLE IF NOT EXISTS other(x)");
        var thrown = await Assert.ThrowsAsync<GodwitException>(move.Follow);
        Assert.Equal(code, thrown.Problem.Code);
        Assert.Equal(Recovery.Stop, thrown.Problem.Recovery);

        // Also when the run is started anew.
        await using var again = await shop.OpenSource();
        thrown = await Assert.ThrowsAsync<GodwitException>(
            () => again.Changes.Prepare(move.Streams, CancellationToken.None));
        Assert.Equal(code, thrown.Problem.Code);
    }

    [Theory]
    [InlineData("CREATE TABLE other(x); CREATE INDEX i ON t(v); ANALYZE")]
    [InlineData("CREATE TRIGGER mine AFTER INSERT ON t BEGIN SELECT 1; END")]
    [InlineData("CREATE VIEW w AS SELECT * FROM t; DROP VIEW w")]
    public async Task Other_changes_of_the_schema_are_none_of_our_business(string change)
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource(change + "; INSERT INTO t VALUES(2, 2)");
        Assert.Equal(1, await move.Follow());
        await move.AssertEqual();
    }

    [Fact]
    public async Task Vacuum_does_no_harm_where_keys_are_declared()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE t(id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES(5, 1)");
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource("VACUUM; UPDATE t SET v = 2");
        Assert.Equal(1, await move.Follow());
        await move.AssertEqual();
    }

    [Fact]
    public async Task A_backup_in_the_place_of_the_source_is_noticed()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveEverything();
        await move.Copy();
        shop.AtSource($"VACUUM INTO '{Path.Combine(shop.Folder, "backup.db")}'");
        shop.AtSource("INSERT INTO t VALUES(2, 2)");
        await move.Follow();
        await using var restored = await shop.Open(Path.Combine(shop.Folder, "backup.db"),
            Godwit.Core.Stores.StoreRole.Source);
        await restored.Changes.Prepare([move.Stream("t")], CancellationToken.None);
        var reached = await move.To.Target.Reached(CancellationToken.None);
        var thrown = await Assert.ThrowsAsync<GodwitException>(
            async () => await restored.Changes.Next(reached!.Value, TimeSpan.Zero, CancellationToken.None));
        Assert.Equal("GW-SQL-017", thrown.Problem.Code);
    }

    [Fact]
    public async Task A_file_in_the_place_of_the_source_is_noticed_at_once()
    {
        await using var shop = new Shop();
        shop.AtSource(Schema);
        var move = await shop.MoveEverything();
        await move.Copy();
        Assert.Equal(0, await move.Follow());
        File.Copy(shop.SourcePath, Path.Combine(shop.Folder, "other.db"));
        File.Move(Path.Combine(shop.Folder, "other.db"), shop.SourcePath, overwrite: true);
        var thrown = await Assert.ThrowsAsync<GodwitException>(move.Follow);
        Assert.Equal("GW-SQL-037", thrown.Problem.Code);
    }
}
