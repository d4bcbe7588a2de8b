using System.Globalization;
using Godwit.Connectors.Sqlite;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Connectors.Sqlite;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Conformance;

/// <summary>Two SQLite files and an application that uses them through a driver of its own.</summary>
public class SqliteHarness : StoreHarness
{
    private const int Tenant = 42;
    private const int Neighbour = 7;

    private readonly TemporaryFolder _folder = new();

    public override bool HasUniqueLabels => true;

    public override IReadOnlyList<string> Damages =>
        ["what = what || ' '", "what = NULL", "what = CAST(what AS BLOB)", "size = size + 1", "size = NULL",
            "raw = x'01'", "label = label || '.'"];

    /// <summary>What begins with an equals sign is SQL: the column has no type of its own.</summary>
    public override IReadOnlyList<string> AwkwardContents =>
    [
        .. base.AwkwardContents,
        "=1", "=1.0", "='1'", "=0.1", "=-0.0", "=9e999", "=-9e999", "=9223372036854775807", "=-9223372036854775808",
        "=NULL", "=x''", "=x'00ff'", "=zeroblob(70000)", "=CAST(x'fffe41' AS TEXT)", "='a' || char(0) || 'b'",
        "=char(0)",
    ];

    protected virtual string JournalMode => "WAL";

    public override Task Create()
    {
        At(Place.Source, $"""
            PRAGMA journal_mode = {JournalMode};
            CREATE TABLE orders (id INTEGER PRIMARY KEY AUTOINCREMENT, tenant INTEGER, what, size REAL, raw BLOB,
                label TEXT UNIQUE);
            CREATE TABLE lines (line INTEGER PRIMARY KEY, "order" INTEGER REFERENCES orders (id), what TEXT);
            CREATE INDEX lines_by_order ON lines ("order");
            """);
        return Task.CompletedTask;
    }

    public override Task<IStore> Open(Place place, StoreRole role, string mark = Mark) => new SqliteConnector().Open(
        new StoreOpening
        {
            Address = $"sqlite:{Path(place)}",
            Shown = $"sqlite:{Path(place)}",
            Migration = "conformance",
            Mark = mark,
            Elsewhere = Elsewhere,
            Peer = $"sqlite:{Path(1 - place)}",
            Clock = TimeProvider.System,
            Chance = () => 0.5,
        },
        role,
        CancellationToken.None);

    public override IReadOnlyList<ScopedStream> Scope(Catalog catalog)
    {
        var (orders, lines) = (
            catalog.Streams.First(one => one.Name == "orders"), catalog.Streams.First(one => one.Name == "lines"));
        var scope = ScopedStream.ByColumn(0, orders, orders.ColumnNamed("tenant"), Number(Tenant));
        return [scope, ScopedStream.ByParent(1, lines, scope, lines.ForeignKeys[0])];
    }

    public override Key KeyOf(int stream, int number) => Number(stream == 0 ? number : number * 10);

    public override Task<string?> Write(Place place, params Wish[] wishes)
    {
        using var application = new SqlWriter(Path(place));
        var refused = application.Try($"BEGIN IMMEDIATE; {Sql(wishes)} COMMIT");
        return Task.FromResult(refused);
    }

    public override Task<IOpenWrite> Begin(Place place, params Wish[] wishes)
    {
        var application = new SqlWriter(Path(place));
        application.Run($"BEGIN IMMEDIATE; {Sql(wishes)}");
        return Task.FromResult<IOpenWrite>(new OpenWrite(application));
    }

    public override Task<SortedDictionary<string, string>> Contents(Place place, Owner owner)
    {
        var contents = new SortedDictionary<string, string>();
        if (!File.Exists(Path(place)))
            return Task.FromResult(contents);
        using var application = new SqlWriter(Path(place));
        Add(contents, application, "orders", $"""
            SELECT '0/' || id, typeof(what) || ' ' || hex(what) || quote(size) || quote(raw) || quote(label)
            FROM orders WHERE tenant = {IdOf(owner)}
            """);
        Add(contents, application, "lines", $"""
            SELECT '1/' || (line / 10), typeof(lines.what) || ' ' || hex(lines.what)
            FROM lines JOIN orders ON "order" = id WHERE tenant = {IdOf(owner)}
            """);
        return Task.FromResult(contents);
    }

    public override Task Damage(Place place, int number, string what)
    {
        At(place, $"UPDATE orders SET {what} WHERE id = {number}");
        return Task.CompletedTask;
    }

    public override Task<string?> Give(Place place, int number, Owner owner)
    {
        using var application = new SqlWriter(Path(place));
        return Task.FromResult(application.Try($"UPDATE orders SET tenant = {IdOf(owner)} WHERE id = {number}"));
    }

    public override Task Renumber(Place place, int number, int to)
    {
        At(place, $"UPDATE orders SET id = {to} WHERE id = {number}");
        return Task.CompletedTask;
    }

    public override Task SwapLabels(Place place, int one, int other)
    {
        using var application = new SqlWriter(Path(place));
        var (first, second) = (
            application.Read($"SELECT label FROM orders WHERE id = {one}"),
            application.Read($"SELECT label FROM orders WHERE id = {other}"));
        application.Run($"""
            BEGIN IMMEDIATE;
            UPDATE orders SET label = NULL WHERE id = {one};
            UPDATE orders SET label = '{first}' WHERE id = {other};
            UPDATE orders SET label = '{second}' WHERE id = {one};
            COMMIT
            """);
        return Task.CompletedTask;
    }

    public override Task LoseCapture(Place place)
    {
        using var application = new SqlWriter(Path(place));
        var triggers = application.Read(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%capture%'");
        Assert.NotEmpty(triggers);
        foreach (var name in triggers.Split('\n'))
            application.Run($"DROP TRIGGER \"{name}\"");
        return Task.CompletedTask;
    }

    public override Task<long> NextNumber(Place place)
    {
        using var application = new SqlWriter(Path(place));
        application.Run($"INSERT INTO orders (tenant) VALUES ({Neighbour})");
        return Task.FromResult(
            long.Parse(application.Read("SELECT last_insert_rowid()"), CultureInfo.InvariantCulture));
    }

    public override ValueTask DisposeAsync()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private static void Add(SortedDictionary<string, string> contents, SqlWriter application, string table, string sql)
    {
        if (application.Read($"SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = '{table}'") == "0")
            return;
        foreach (var row in application.Read(sql).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            contents.Add(row[..row.IndexOf('|')], row);
    }

    private static int IdOf(Owner owner) => owner == Owner.Mine ? Tenant : Neighbour;

    private static Key Number(long number)
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(number);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    private static string Sql(Wish[] wishes) => string.Join(' ', wishes.Select(one => (one.Stream, one.Content) switch
    {
        (0, null) => $"DELETE FROM orders WHERE id = {one.Number};",
        (_, null) => $"DELETE FROM lines WHERE line = {one.Number * 10};",
        (0, { } content) => $"""
            INSERT INTO orders VALUES ({one.Number}, {IdOf(one.Owner)}, {Literal(content)}, {content.Length} * 0.1,
                x'{one.Number:x8}', 'label {one.Number}')
            ON CONFLICT (id) DO UPDATE SET tenant = excluded.tenant, what = excluded.what, size = excluded.size;
            """,
        (_, { } content) => $"""
            INSERT INTO lines VALUES ({one.Number * 10}, {one.Number}, {Literal(content)})
            ON CONFLICT (line) DO UPDATE SET "order" = excluded."order", what = excluded.what;
            """,
    }));

    private static string Literal(string content) =>
        content.StartsWith('=') ? content[1..] : $"'{content.Replace("'", "''", StringComparison.Ordinal)}'";

    private string Path(Place place) => _folder[$"{place}.db"];

    private void At(Place place, string sql)
    {
        using var application = new SqlWriter(Path(place));
        application.Run(sql);
    }

    private sealed class OpenWrite(SqlWriter application) : IOpenWrite
    {
        public Task<bool> Commit() => Task.FromResult(End("COMMIT"));

        public Task RollBack() => Task.FromResult(End("ROLLBACK"));

        private bool End(string sql)
        {
            using (application)
                return application.Try(sql) is null;
        }
    }
}
