using Godwit.Tests.Journals;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.AcrossEngines;

/// <summary>Values that the other engine cannot hold: found beforehand, or told with table, key and column.</summary>
public sealed class MeetingValuesThatDoNotFit : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PostgreSqlDatabase? _database;

    [Fact]
    public async Task Those_of_a_file_are_found_by_check()
    {
        var (file, server) = await Sides();
        file.Run(
            """
            CREATE TABLE things (id INTEGER PRIMARY KEY, amount INTEGER, name TEXT, price DECIMAL, at DATETIME);
            INSERT INTO things VALUES (1, 5, 'fine', 0.5, '2024-02-29'), (2, 'many', 'fine', 1, NULL),
              (3, 6, 'a' || char(0) || 'b', 2.5, NULL), (4, 7, CAST(x'ff41' AS TEXT), 'dear', 1709164800),
              (5, 7, 'fine', 1, NULL);
            CREATE TABLE names (name TEXT PRIMARY KEY COLLATE NOCASE);
            CREATE VIEW cheap AS SELECT * FROM things WHERE price < 1;
            """);

        var answer = await Check(file, server);

        Assert.Equal(1, answer.Code);
        Assert.Contains("Column amount (INTEGER) of things holds values that do not fit into bigint", answer.Output);
        Assert.Contains("'many' at key 2", answer.Output);
        Assert.Contains("Column name (TEXT) of things holds values that do not fit into text", answer.Output);
        Assert.Contains("at key 3; ", answer.Output);
        Assert.Contains("'dear' at key 4", answer.Output);
        Assert.Contains("1709164800 at key 4", answer.Output);
        Assert.Contains("GW-KIT-003", answer.Output);
        Assert.Contains("the view cheap", answer.Output);
        Assert.Equal("0", await _database!.Run("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"));
    }

    [Fact]
    public async Task Those_of_a_server_are_found_by_check()
    {
        var (file, server) = await Sides();
        server.Run(
            """
            CREATE TABLE things (id int PRIMARY KEY, size double precision, note text CHECK (note <> ''));
            INSERT INTO things VALUES (1, 0.5, 'fine'), (2, 'NaN', 'fine'), (3, '-0', 'fine'), (4, 'Infinity', 'fine')
            """);

        var answer = await Check(server, file);

        Assert.Equal(1, answer.Code);
        Assert.Contains(
            "Column size (double precision) of public.things holds values that do not fit into REAL", answer.Output);
        Assert.Contains("NaN at key 2", answer.Output);
        Assert.Contains("things_note_check", answer.Output);
    }

    [Fact]
    public async Task A_table_that_was_made_beforehand_with_other_types_is_asked()
    {
        var (file, server) = await Sides();
        file.Run(
            """
            CREATE TABLE things (id INTEGER PRIMARY KEY, at TEXT, code TEXT, price NUMERIC);
            INSERT INTO things VALUES (1, '2024-02-29 12:00:00', 'abc', 1.25), (2, '2024-02-30 12:00:00', 'abcd', 1.255)
            """);
        server.Run("CREATE TABLE things (id int PRIMARY KEY, at timestamp, code char(4), price numeric(10, 2))");

        var answer = await Check(file, server);

        Assert.Equal(1, answer.Code);
        Assert.Contains(
            "Column at (TEXT) of things holds values that do not fit into timestamp without time zone", answer.Output);
        Assert.Contains("'2024-02-30 12:00:00' at key 2", answer.Output);
        Assert.Contains(
            "Column price (NUMERIC) of things holds values that do not fit into numeric(10,2)", answer.Output);
        Assert.DoesNotContain("Column code", answer.Output);
    }

    [Theory]
    [InlineData(false, "UPDATE things SET amount = 'many' WHERE id = 2", "'many'", "amount (bigint)")]
    [InlineData(true, "UPDATE things SET size = 'NaN' WHERE id = 2", "NaN", "size (REAL)")]
    public async Task One_that_is_written_while_following_stops_with_table_key_and_column(
        bool toSqlite, string deed, string value, string column)
    {
        var (file, server) = await Sides();
        var (source, target) = toSqlite ? (server, file) : (file, server);
        source.Run(
            toSqlite
                ? "CREATE TABLE things (id int PRIMARY KEY, size double precision)"
                : "CREATE TABLE things (id INTEGER PRIMARY KEY, amount INTEGER)");
        source.Run("INSERT INTO things VALUES (1, 1), (2, 2)");
        await Write(source, target);
        await using var run = GodwitProcess.Start(
            _folder.Path, "run", "values.yaml", "--json", "--state", _folder["state"]);
        await Until.Holds(
            "both rows have come",
            async () => run.HasEnded || (target.Try("SELECT 1 FROM things") is null
                && (await target.Rows("things ORDER BY id", "id")) == "1\n2"));

        source.Run(deed);

        await Until.Holds("the run is held up", () => run.HasEnded || run.Said.Contains("GW-KIT-001"), () => run.Said);
        var status = await GodwitProcess.Run(_folder.Path, "status", "values", "--state", _folder["state"]);
        Assert.Contains("GW-KIT-001", status.Output);
        Assert.Contains($"things, key 2, column {column}", status.Output);
        Assert.Contains($"The value is {value}", status.Output);
        Assert.Equal(toSqlite ? "2.0" : "2", await target.Rows("things WHERE id = 2", toSqlite ? "size" : "amount"));

        source.Run(toSqlite ? "UPDATE things SET size = 7.5" : "UPDATE things SET amount = 7");
        var resumed = await GodwitProcess.Run(_folder.Path, "resume", "values", "--state", _folder["state"]);
        Assert.True(resumed.Code == 0, resumed.ToString());

        await Until.Holds(
            "the corrected value has come",
            async () => run.HasEnded || await target.Rows("things WHERE id = 2", toSqlite ? "size" : "amount")
                == (toSqlite ? "7.5" : "7"),
            () => run.Said);
        Assert.False(run.HasEnded);
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(EngineSide File, EngineSide Server)> Sides()
    {
        _database = await (await PostgreSqlServer.Shared(PostgreSqlServer.Distribution)).CreateDatabase();
        return (EngineSide.Sqlite(_folder["shop.db"]), EngineSide.PostgreSql(_database));
    }

    private Task Write(EngineSide from, EngineSide to) => File.WriteAllTextAsync(
        _folder["values.yaml"],
        $"""
        migration: values
        moves:
          - from: {from.Address}
            to: {to.Address}
        """,
        CancellationToken.None);

    private async Task<GodwitAnswer> Check(EngineSide from, EngineSide to)
    {
        await Write(from, to);
        return await GodwitProcess.Run(_folder.Path, "check", "values.yaml", "--state", _folder["state"]);
    }
}
