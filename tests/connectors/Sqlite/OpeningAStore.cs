using Godwit.Connectors.Sqlite;
using Godwit.Core.Problems;
using Godwit.Core.Stores;

namespace Godwit.Tests.Connectors.Sqlite;

public sealed class OpeningAStore
{
    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("sqlite:/data/a.db", "/data/a.db")]
    [InlineData("sqlite:///data/a.db", "/data/a.db")]
    [InlineData("SQLITE:/data/b c.db", "/data/b c.db")]
    public void An_address_names_a_path(string address, string path) =>
        Assert.Equal(path, SqliteAddress.Path(address, address));

    [Fact]
    public void A_path_is_relative_to_the_current_folder() =>
        Assert.Equal(Path.GetFullPath("data/a.db"), SqliteAddress.Path("sqlite:data/a.db", ""));

    [Theory]
    [InlineData("sqlite:")]
    [InlineData("sqlite://host/a.db")]
    [InlineData("sqlite://")]
    public void An_address_without_a_path_is_refused(string address) => Assert.Equal(
        "GW-SQL-007", Assert.Throws<GodwitException>(() => SqliteAddress.Path(address, address)).Problem.Code);

    [Fact]
    public async Task A_source_has_to_exist_and_is_not_made()
    {
        await using var shop = new Shop();
        Assert.Equal("GW-SQL-001", (await Assert.ThrowsAsync<GodwitException>(() => shop.OpenSource())).Problem.Code);
        await shop.OpenTarget();
        Assert.Empty(Directory.GetFiles(shop.Folder));
    }

    [Fact]
    public async Task What_is_no_database_is_refused_and_stays_as_it_is()
    {
        await using var shop = new Shop();
        await File.WriteAllTextAsync(shop.TargetPath, new string('x', 5000), None);
        Assert.Equal("GW-SQL-002", (await Assert.ThrowsAsync<GodwitException>(() => shop.OpenTarget())).Problem.Code);
        Assert.Equal("GW-SQL-002", (await Assert.ThrowsAsync<GodwitException>(
            () => shop.Open(shop.Folder, StoreRole.Source))).Problem.Code);
        Assert.Equal(5000, new FileInfo(shop.TargetPath).Length);
    }

    [Fact]
    public async Task A_store_in_a_folder_that_is_missing_is_refused_by_the_check()
    {
        await using var shop = new Shop();
        var target = await shop.Open(Path.Combine(shop.Folder, "no", "a.db"), StoreRole.Target);
        Assert.Equal("GW-SQL-025", Assert.Single(await target.Catalog.Check(StoreRole.Target, [], null, None)).Code);
    }

    [Fact]
    public async Task Virtual_tables_are_named_with_all_that_belongs_to_them()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE t(id INTEGER PRIMARY KEY); CREATE VIRTUAL TABLE words USING fts5(text); CREATE "
            + "VIRTUAL TABLE boxes USING rtree(id, a, b)");
        var catalog = await (await shop.OpenSource()).Catalog.Read(None);
        Assert.Equal("t", Assert.Single(catalog.Streams).Name);
        Assert.Equal(
            ["boxes", "boxes_node", "boxes_parent", "boxes_rowid", "words", "words_config", "words_content",
                "words_data", "words_docsize", "words_idx"],
            catalog.Unsupported.Keys.Order(StringComparer.Ordinal));
        Assert.All(catalog.Unsupported.Values, problem => Assert.Equal("GW-SQL-024", problem.Code));
    }

    [Fact]
    public async Task Collations_and_functions_of_the_application_are_named()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE a(k TEXT PRIMARY KEY COLLATE NOCASE); CREATE TABLE b(id INTEGER PRIMARY KEY, v "
            + "CHECK (v > 0)); CREATE INDEX i ON b(v)");
        shop.AtSource("PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'NOCASE', 'german'); "
            + "UPDATE sqlite_master SET sql = 'CREATE INDEX i ON b(own(v))' WHERE name = 'i'");
        var catalog = await (await shop.OpenSource()).Catalog.Read(None);
        Assert.Equal("GW-SQL-026", catalog.Unsupported["a"].Code);
        Assert.Contains("german", catalog.Unsupported["a"].Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_check_of_a_source_warns_and_refuses()
    {
        await using var shop = new Shop();
        shop.AtSource("CREATE TABLE t(tenant, v); INSERT INTO t VALUES(42, 1)");
        var store = await shop.OpenSource();
        var streams = (await store.Catalog.Read(None)).Streams;
        var whole = await store.Catalog.Check(StoreRole.Source, Scopes.Everything(streams), null, None);
        Assert.Equal(["GW-SQL-027", "GW-SQL-028"], whole.Select(one => one.Code));
        Assert.All(whole, one => Assert.Equal(Recovery.Retry, one.Recovery));
        var tenant = await store.Catalog.Check(StoreRole.Source, Scopes.OfTenant(Shop.Integer(42))(streams), null,
            None);
        Assert.Contains(tenant, one => one is { Code: "GW-SQL-029", Recovery: Recovery.Stop });
        await store.Changes.Prepare(Scopes.Everything(streams), None);
        Assert.Contains(await store.Catalog.Check(StoreRole.Source, [], null, None), one => one.Code == "GW-SQL-030");
    }

    [Fact]
    public async Task The_check_of_a_target_finds_collisions_before_anything_is_copied()
    {
        await using var shop = new Shop();
        const string schema = "CREATE TABLE t(id INTEGER PRIMARY KEY, tenant, mail TEXT UNIQUE COLLATE NOCASE); "
            + "CREATE TABLE c(id INTEGER PRIMARY KEY, t REFERENCES t(id));";
        shop.AtSource(schema + "INSERT INTO t VALUES(1, 42, 'a'), (2, 42, 'b'), (3, 42, 'c'), (4, 7, 'd'); INSERT "
            + "INTO c VALUES(1, 1), (2, 4)");
        shop.AtTarget(schema + "INSERT INTO t VALUES(1, 9, 'x'), (8, 9, 'B'), (4, 9, 'd'); INSERT INTO c VALUES(1, "
            + "8), (2, 8); CREATE TRIGGER mine AFTER INSERT ON t BEGIN SELECT 1; END");
        var (source, target) = (await shop.OpenSource(), await shop.OpenTarget());
        var streams = Scopes.OfTenant(Shop.Integer(42))((await source.Catalog.Read(None)).Streams);
        var problems = await target.Catalog.Check(StoreRole.Target, streams, source.Snapshot, None);
        var collisions = problems.Where(one => one.Code == "GW-SQL-035").Select(one => one.What).ToList();
        Assert.Equal(3, collisions.Count);
        Assert.Contains(collisions, what =>
            what.Contains("1 records to be moved have a id that is taken in t", StringComparison.Ordinal));
        Assert.Contains(collisions, what => what.Contains("mail", StringComparison.Ordinal));
        Assert.Contains(collisions, what => what.Contains("taken in c", StringComparison.Ordinal));
        Assert.Contains(problems, one => one is { Code: "GW-SQL-034", Recovery: Recovery.Retry });
        shop.AtTarget("INSERT INTO t VALUES(77, 42, 'old')");
        Assert.Contains(await target.Catalog.Check(StoreRole.Target, streams, null, None), one =>
            one.Code == "GW-SQL-036");
    }

    [Fact]
    public async Task The_sample_shop_moves_whole()
    {
        var chinook = Chinook();
        if (chinook is null)
            Assert.Skip("The sample data is not beside the repository: ../shared/data/chinook/Chinook_Sqlite.sqlite.");
        await using var shop = new Shop();
        File.Copy(chinook, shop.SourcePath);
        var move = await shop.MoveEverything();
        await move.Copy(1000);
        await move.AssertEqual();
        shop.AtSource("UPDATE Track SET UnitPrice = 2; DELETE FROM InvoiceLine WHERE InvoiceLineId % 2 = 0");
        Assert.Equal(3503 + 1120, await move.Follow());
        await move.AssertEqual();
    }

    private static string? Chinook()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "chinook", "Chinook_Sqlite.sqlite");
            if (File.Exists(file))
                return file;
        }
        return null;
    }
}
