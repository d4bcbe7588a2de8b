using System.Text;
using Godwit.Cli.MigrationFiles;
using Godwit.Core.Records;
using Godwit.Engine.Planning;

namespace Godwit.Tests.Entrypoints;

public sealed class ReadingAMigrationFile : IDisposable
{
    private const string Move = "moves: [{ from: 'sqlite:a.db', to: 'sqlite:b.db' }]\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Each of these is wrong in one way or several; all that is said about them is kept as text.</summary>
    public static (string Name, string Text)[] Broken =>
    [
        ("empty", ""),
        ("only a word", "hello"),
        ("not YAML", "migration: [\n"),
        ("a tab", "migration: a\n\tmoves: b\n"),
        ("two documents", "migration: a\n---\nmigration: b\n"),
        ("an anchor", "migration: &a x\n" + Move),
        ("a key that is a list", "? [a]\n: b\n"),
        ("nothing in it that is needed", "mode: full\n"),
        ("misspelt keys", "migraton: a\nmoves: [{ form: x, to: 'sqlite:b.db', tabels: {} }]\nzebra: 1\n"),
        ("keys given twice", "migration: a\nmode: full\nmode: hybrid\n" + Move),
        ("a bad name", "migration: ../a\n" + Move),
        ("a long name", $"migration: {new string('a', 65)}\n" + Move),
        ("an unknown mode", "migration: a\nmode: quick\n" + Move),
        ("a list where a word belongs", "migration: [a]\n" + Move),
        ("a word where a map belongs", "migration: a\ntenant: 42\ncutover: quick\n" + Move),
        ("a word where a list belongs", "migration: a\ncutover: { hook: go }\n" + Move),
        ("moves that are no list", "migration: a\nmoves: { from: x }\n"),
        ("no moves", "migration: a\nmoves: []\n"),
        ("a tenant without an id", "migration: a\ntenant: {}\n" + Move),
        ("an empty route", "migration: a\nroute: {}\n" + Move),
        ("bad durations", "migration: a\ncutover: { max_pause: 5, max_lag: -1s }\n" + Move),
        ("bad limits", "migration: a\nlimits: { parallel: 0, bytes_per_second: fast }\n" + Move),
        ("an unset variable", "migration: a\nmoves:\n  - from: 'sqlite:${NOWHERE}/a.db'\n    to: sqlite:b.db\n"),
        ("a secret that is not there", "migration: a\nroute: { file: '${file:none}' }\n" + Move),
        ("a password in plain text", "migration: a\nmoves: [{ from: 'postgres://u:p@h/d', to: 'sqlite:b.db' }]\n"),
        ("schemes of later versions", "migration: a\nmoves: [{ from: 'redis://h', to: 's3://b' }]\n"),
        ("an unknown scheme", "migration: a\nmoves: [{ from: 'sqlit:a.db', to: 'b.db' }]\n"),
        ("source and target are one", "migration: a\nmoves: [{ from: 'sqlite:x/../a.db', to: 'sqlite:a.db' }]\n"),
        ("two moves into one place", "migration: a\nmoves:\n  - { from: 'sqlite:a.db', to: 'sqlite:c.db' }\n"
            + "  - { from: 'sqlite:b.db', to: 'sqlite:c.db' }\n"),
        ("a target that is a source", "migration: a\nmoves:\n  - { from: 'sqlite:a.db', to: 'sqlite:b.db' }\n"
            + "  - { from: 'sqlite:b.db', to: 'sqlite:c.db' }\n"),
        ("keys of caches", "migration: a\nmoves: [{ from: 'sqlite:a', to: 'sqlite:b', keys: ['t:*'] }]\n"),
        ("a table for keys where there are none",
            "migration: a\nmoves: [{ from: 'sqlite:a', to: 'sqlite:b', table: keys }]\n"),
        ("tables of a directory", "migration: a\nmoves: [{ from: 'file:///a', to: 'file:///b', tables: {} }]\n"),
        ("a tenant column without a tenant",
            "migration: a\nmoves: [{ from: 'sqlite:a', to: 'sqlite:b', tables: { tenant_column: t } }]\n"),
        ("a tenant's place without a tenant",
            "migration: a\nmoves: [{ from: 'sqlite:{tenant}', to: 'sqlite:b' }]\n"),
        ("a tenant that climbs", "migration: a\ntenant: { id: '../7' }\n"
            + "moves: [{ from: 'file:///a/{tenant}', to: 'file:///b/{tenant}' }]\n"),
        ("a tenant from a variable", "migration: a\ntenant: { id: '${T}' }\n" + Move),
    ];

    [Fact]
    public void Everything_that_is_wrong_is_told_with_its_line_and_a_way_out()
    {
        var text = new StringBuilder();
        foreach (var (name, file) in Broken)
        {
            var reading = Read(file);
            Assert.True(reading.File is null, $"'{name}' was taken.");
            Assert.NotEmpty(reading.Problems);
            text.AppendLine($"# {name}");
            foreach (var problem in reading.Problems)
                text.AppendLine($"{problem.Code}: {problem.What}\n  {problem.Why}\n  {problem.Remedy}");
            text.AppendLine();
        }
        Golden.Matches(
            "entrypoints/golden/file-problems.txt", text.ToString().Replace(_folder, "DIR", StringComparison.Ordinal));
    }

    [Fact]
    public void Queues_of_a_broker_are_understood()
    {
        var file = MigrationFileReader.Read("""
            migration: a
            tenant: { id: 42 }
            moves: [{ from: 'amqp://h1/v', to: 'amqp://h2/v', queues: ['t.{tenant}.*', 'x{tenant}'] }]
            """, Context with { Schemes = ["amqp"] }).File!;
        Assert.Equal(["t.42.*", "x42"], file.Addresses[0].Keys);
        Assert.True(file.Definition.Moves[0].TenantInAddress);
    }

    [Theory]
    [InlineData("moves: [{ from: 'amqp://h1', to: 'amqp://h2', keys: ['a'] }]", "keys")]
    [InlineData("moves: [{ from: 'amqp://h1', to: 'amqp://h2', tables: {} }]", "tables")]
    [InlineData("moves: [{ from: 'sqlite:a', to: 'sqlite:b', queues: ['a'] }]", "queues")]
    [InlineData("tenant: { id: 1 }\nmoves: [{ from: 'amqp://h1', to: 'amqp://h2', queues: ['a'] }]", "queues")]
    [InlineData("tenant: { id: 1 }\nmoves: [{ from: 'amqp://h1', to: 'amqp://h2' }]", "queues")]
    public void What_does_not_fit_a_broker_is_told(string moves, string key)
    {
        var problem = Assert.Single(MigrationFileReader.Read(
            $"migration: a\n{moves}\n", Context with { Schemes = ["amqp", "sqlite"] }).Problems);
        Assert.Contains(key, problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_file_is_understood()
    {
        File.WriteAllText(Path.Combine(_folder, "password"), "s3cret\n");
        var file = Read("""
            migration: acme-to-shard-2
            tenant: { id: 42 }
            mode: full
            moves:
              - from: sqlite:${PLACE}/{tenant}.db
                to: sqlite:///srv/{tenant}.db
                tables:
                  include: ["public.*", "x"]
                  exclude: [public.audit_log]
                  tenant_column: tenant_id
                  reference: [public.plans, public.countries]
              - { from: 'file:blobs', to: 'file:///mnt/blobs' }
            route: { file: routes.json }
            cutover: { max_pause: 2m, max_lag: 500ms, hook: ["/bin/echo", "${file:password}", "{tenant}"] }
            limits: { parallel: 3, bytes_per_second: 1.5MB }
            """, ("PLACE", "/data")).File!;

        var definition = file.Definition;
        Assert.Equal(("acme-to-shard-2", "42", MigrationMode.Full),
            (definition.Name, definition.RouteName, definition.Mode));
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromMilliseconds(500), 3),
            (definition.MaxPause, definition.MaxLag, definition.Parallel));
        Assert.Equal(("sqlite:${PLACE}/42.db", "sqlite:///srv/42.db"),
            (definition.Moves[0].From, definition.Moves[0].To));
        Assert.Equal(("sqlite:/data/42.db", "sqlite:///srv/42.db"),
            (file.Addresses[0].From.Full, file.Addresses[0].To.Full));
        Assert.Equal($"file:{_folder}/blobs", file.Addresses[1].From.Full);
        Assert.Equal("file:blobs", definition.Moves[1].From);
        Assert.True(definition.Moves[0].TenantInAddress);
        Assert.False(definition.Moves[1].TenantInAddress);
        Assert.Equal(["public.*", "x"], definition.Moves[0].Include);
        Assert.Equal(["*"], definition.Moves[1].Include);
        Assert.Equal("tenant_id", definition.Moves[0].TenantColumn);
        Assert.Equal(["/bin/echo", "s3cret", "42"], file.Hook);
        Assert.Equal(["/data", "s3cret"], file.Secrets.Order(StringComparer.Ordinal));
        Assert.Equal(1_500_000, file.BytesPerSecond);
        Assert.Equal(Path.Combine(_folder, "routes.json"), file.Route);
    }

    [Theory]
    [InlineData("from: 'redis://h/0', to: 'sqlite:b', table: cached", "cached", true)]
    [InlineData("from: 'redis://h/0', to: 'sqlite:b'", null, true)]
    [InlineData("from: 'sqlite:b', to: 'redis://h/0'", null, true)]
    [InlineData("from: 'redis://h/0', to: 'redis://i/0'", null, false)]
    public void Keys_and_tables_are_moved_one_way(string move, string? table, bool isOneWay)
    {
        var reading = MigrationFileReader.Read(
            $"migration: a\nmoves: [{{ {move} }}]\n", Context with { Schemes = ["sqlite", "redis"] });
        Assert.Empty(reading.Problems);
        var addresses = Assert.Single(reading.File!.Addresses);
        Assert.Equal((table, isOneWay), (addresses.Table, addresses.IsOneWay));
    }

    [Fact]
    public void What_is_left_out_has_the_documented_defaults()
    {
        var definition = Read("migration: a\n" + Move).File!.Definition;

        Assert.Null(definition.Tenant);
        Assert.Equal(("*", MigrationMode.Hybrid), (definition.RouteName, definition.Mode));
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1)), (definition.MaxPause, definition.MaxLag));
        Assert.Null(definition.Parallel);
    }

    [Theory]
    [InlineData("42", "42")]
    [InlineData("-7", "-7")]
    [InlineData("'42'", "'42'")]
    [InlineData("\"42\"", "'42'")]
    [InlineData("acme", "'acme'")]
    [InlineData("1.5", "'1.5'")]
    [InlineData("99999999999999999999", "'99999999999999999999'")]
    public void A_whole_number_without_quotes_is_a_number_and_all_else_is_text(string written, string key)
    {
        var file = Read($"migration: a\ntenant: {{ id: {written} }}\n" + Move).File!;

        Assert.Equal(key, file.Definition.Tenant!.ToString());
    }

    [Theory]
    [InlineData("sqlite:${SECRET}/a.db")]
    [InlineData("sqlite:a.db?key=${SECRET}")]
    public void A_secret_is_in_nothing_that_is_shown(string from)
    {
        var text = $"migration: a\nmoves: [{{ from: '{from}', to: 'sqlite:b.db' }}]\n";
        var file = Read(text, ("SECRET", "hunter2")).File!;

        Assert.Contains("hunter2", file.Addresses[0].From.Full, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", file.Definition.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", file.Addresses[0].From.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", file.Definition.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("postgres://u:${PW}@h/d")]
    [InlineData("postgres://u@h/d")]
    [InlineData("postgres://h/d@e:f")]
    public void Only_a_password_that_is_written_out_is_refused(string address) => Assert.DoesNotContain(
        Read($"migration: a\nmoves: [{{ from: '{address}', to: 'sqlite:b.db' }}]\n", ("PW", "x")).Problems,
        one => one.Code == "GW-CLI-014");

    [Theory]
    [InlineData("postgres://u:p@h/d")]
    [InlineData("postgres://u:${PW}x@h/d")]
    [InlineData("postgres://u:p/w@h/d")]
    public void A_password_that_is_written_out_is_refused_and_not_repeated(string address)
    {
        var problem = Assert.Single(
            Read($"migration: a\nmoves: [{{ from: '{address}', to: 'sqlite:b.db' }}]\n", ("PW", "x")).Problems);

        Assert.Equal("GW-CLI-014", problem.Code);
        Assert.DoesNotContain("p/w", problem.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_text_gives_the_same_key()
    {
        var key = Read("migration: a\ntenant: { id: 42 }\n" + Move).File!.Definition.Tenant!;

        Assert.Equal(Key.FromBytes(key.Bytes), key);
    }

    private FileReading Read(string text, params (string Name, string Value)[] variables) => MigrationFileReader.Read(
        text,
        Context with { Variable = name => variables.FirstOrDefault(one => one.Name == name).Value });

    private ReadingContext Context => new("acme.yaml", _folder, _ => null, ["sqlite", "file"]);
}
