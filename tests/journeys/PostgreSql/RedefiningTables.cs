using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>ALTER TABLE at the source while it is followed.</summary>
public sealed class RedefiningTables : IAsyncLifetime
{
    private PostgreSqlDatabase _source = null!;
    private PostgreSqlDatabase _target = null!;
    private DatabaseMove _move = null!;

    [Fact]
    public async Task A_column_that_is_null_in_all_rows_is_taken_over_by_itself()
    {
        await Source("INSERT INTO items VALUES (3, 'before')");
        await Source("ALTER TABLE items ADD COLUMN \"Colour\" varchar(20) COLLATE \"C\"");
        await Source("UPDATE items SET \"Colour\" = 'red' WHERE id = 1; INSERT INTO items VALUES (4, 'after', 'blue')");
        await Arrives("1|one|red\n2|two|\n3|before|\n4|after|blue");
        await _move.Command("cutover");
        Assert.Equal(
            "character varying(20)|C|f",
            await _target.Run("""
                SELECT format_type(atttypid, atttypmod), collname, attnotnull FROM pg_attribute
                JOIN pg_collation c ON c.oid = attcollation WHERE attrelid = 'items'::regclass AND attname = 'Colour'
                """));
        await _target.Run("UPDATE items SET \"Colour\" = 'green' WHERE id = 2");
        await _move.Command("rollback");
        Assert.Equal("1|one|red\n2|two|green\n3|before|\n4|after|blue", await Rows(_source));
        await _move.Finish();
    }

    [Fact]
    public async Task What_else_changed_stops_with_the_statement_to_run_and_goes_on_when_it_was_run()
    {
        await Source("ALTER TABLE items ADD COLUMN size integer NOT NULL DEFAULT 7");
        await Source("INSERT INTO items VALUES (3, 'after', 8)");
        await AsksForTheChange();
        var asked = await _move.Godwit("status", DatabaseMove.Name);
        const string Statement = "ALTER TABLE \"public\".\"items\" ADD COLUMN \"size\" integer not null DEFAULT 7;";
        Assert.Contains(Statement, (string)asked.Json!["problem"]!["remedy"]!, StringComparison.Ordinal);
        Assert.Equal("1|one\n2|two", await Rows(_target));

        await _target.Run(Statement);
        await _move.Command("resume");
        await Arrives("1|one|7\n2|two|7\n3|after|8");
    }

    [Fact]
    public async Task A_column_that_is_dropped_and_one_of_another_type_are_asked_for()
    {
        await Source("ALTER TABLE items DROP COLUMN name, ALTER COLUMN id TYPE integer");
        await Source("INSERT INTO items VALUES (3)");
        await AsksForTheChange();
        await _target.Run("ALTER TABLE items ALTER COLUMN id TYPE integer, DROP COLUMN name");
        await _move.Command("resume");
        await Arrives("1\n2\n3");
    }

    [Fact]
    public async Task A_table_that_is_new_is_told_before_it_stays_behind()
    {
        await Source("CREATE TABLE newcomers (id bigint PRIMARY KEY); INSERT INTO newcomers VALUES (1)");
        var first = await _move.Godwit("cutover", DatabaseMove.Name);
        Assert.Equal((4, "GW-ENG-026"), (first.Code, first.Problem));
        Assert.Contains("public.newcomers", first.Output, StringComparison.Ordinal);
        Assert.Equal("following", _move.Picture.Phase);
        await _move.Command("cutover");
        await _move.Shows("traffic has gone over", one => one.Phase == "guarding");
    }

    public async ValueTask InitializeAsync()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        (_source, _target) = (await server.CreateDatabase(), await server.CreateDatabase());
        await Source("""
            CREATE TABLE items (id bigint PRIMARY KEY, name text);
            INSERT INTO items VALUES (1, 'one'), (2, 'two')
            """);
        _move = new DatabaseMove(new MoveWishes(_source.Address, _target.Address));
        _move.Start();
        await _move.Follows();
    }

    public async ValueTask DisposeAsync()
    {
        await _move.DisposeAsync();
        await _source.DisposeAsync();
        await _target.DisposeAsync();
    }

    private Task AsksForTheChange() => _move.Shows(
        "it asks for the change", one => one.Problem.StartsWith("GW-PGS-080", StringComparison.Ordinal));

    private Task<string> Source(string sql) => _source.Run(sql);

    private static Task<string> Rows(PostgreSqlDatabase database) => database.Run("SELECT * FROM items ORDER BY id");

    private Task Arrives(string rows) => Until.Holds(
        "the rows are at the target", async () => await Rows(_target) == rows, () => _move.Picture.ToString());
}
