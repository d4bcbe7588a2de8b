using Godwit.Connectors.Kit.Translation;
using Godwit.Connectors.PostgreSql;
using Godwit.Connectors.Sqlite;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Connectors.Sqlite;
using Godwit.Tests.Journals;
using Godwit.Tests.Journeys.AcrossEngines;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.Kit.Translation;

/// <summary>A range of keys holds the same records at both sides, whatever the key is made of.</summary>
public sealed class SplittingAcrossEngines : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private PostgreSqlDatabase? _database;

    private static CancellationToken None => CancellationToken.None;

    [Theory]
    [InlineData("k INTEGER PRIMARY KEY", "(-5), (0), (3), (70), (9223372036854775807)")]
    [InlineData("k TEXT PRIMARY KEY", "('a'), ('B'), ('b'), ('Ä'), ('aa'), ('a b'), ('𝄞'), ('z'), (''), ('￿')")]
    [InlineData("k REAL PRIMARY KEY", "(0.5), (-1.5), (1e300), (-9e999), (9e999), (3), (2.25)")]
    [InlineData("k DECIMAL PRIMARY KEY", "(0.5), (-1.5), (1e300), (10), (9), (2.25), (100)")]
    [InlineData("k BLOB PRIMARY KEY", "(x''), (x'00'), (x'ff'), (x'7f80'), (x'8000'), (x'0001')")]
    [InlineData("k TEXT, n INTEGER, PRIMARY KEY (n, k)", "('a', 2), ('B', 1), ('b', 2), ('a', 1), ('', 2), ('x', 2)")]
    [InlineData("k TEXT", "('a'), ('a'), ('b'), (NULL), ('c'), ('d'), ('e')")]
    public async Task From_a_file_to_a_server(string columns, string rows)
    {
        var (file, server) = await Create();
        using var application = new SqlWriter(_folder["a.db"]);
        application.Run($"PRAGMA journal_mode = WAL; CREATE TABLE t ({columns}); INSERT INTO t VALUES {rows}");
        await AssertEachRangeIsEqual(
            file, server, () => application.Run("DELETE FROM t WHERE rowid <> (SELECT min(rowid) FROM t)"));
    }

    [Fact]
    public async Task From_a_file_to_a_table_that_orders_texts_as_people_do()
    {
        var (file, server) = await Create();
        using var application = new SqlWriter(_folder["a.db"]);
        application.Run(
            "PRAGMA journal_mode = WAL; CREATE TABLE t (k TEXT PRIMARY KEY);"
            + " INSERT INTO t VALUES ('a'), ('B'), ('b'), ('C'), ('c'), ('A'), ('_')");
        await _database!.Run("CREATE TABLE t (k text COLLATE \"en-x-icu\" PRIMARY KEY)");
        await AssertEachRangeIsEqual(
            file, server, () => application.Run("DELETE FROM t WHERE rowid <> (SELECT min(rowid) FROM t)"));
    }

    [Theory]
    [InlineData("k int PRIMARY KEY", "(-5), (0), (3), (70), (2147483647)")]
    [InlineData("k text COLLATE \"C\" PRIMARY KEY", "('a'), ('B'), ('b'), ('Ä'), ('aa'), ('a b'), ('𝄞'), ('')")]
    [InlineData("k text PRIMARY KEY", "('a'), ('B'), ('b'), ('Ä'), ('aa')")]
    [InlineData("k bytea PRIMARY KEY", "(''), ('\\x00'), ('\\xff'), ('\\x7f80'), ('\\x8000')")]
    [InlineData("k uuid PRIMARY KEY", "(gen_random_uuid()), (gen_random_uuid()), (gen_random_uuid())")]
    [InlineData("k boolean, n smallint, PRIMARY KEY (k, n)", "(true, 1), (false, 2), (true, 2), (false, 1)")]
    [InlineData("k numeric PRIMARY KEY", "(1.50), (10), (9), (-0.1)")]
    [InlineData("k date PRIMARY KEY", "('2024-02-29'), ('0001-01-01 BC'), ('10000-01-01'), ('infinity')")]
    public async Task From_a_server_to_a_file(string columns, string rows)
    {
        var (file, server) = await Create();
        await _database!.Run($"CREATE TABLE t ({columns}); INSERT INTO t VALUES {rows}; ANALYZE t");
        await AssertEachRangeIsEqual(server, file, () => EngineSide.PostgreSql(_database!).Run("TRUNCATE t"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(string File, string Server)> Create()
    {
        _database = await (await PostgreSqlServer.Shared(PostgreSqlServer.Distribution)).CreateDatabase();
        return ($"sqlite:{_folder["a.db"]}", _database.Address);
    }

    private static async Task AssertEachRangeIsEqual(string from, string to, Action change)
    {
        await using var source = await Open(from, to, StoreRole.Source);
        await using var other = await Open(to, from, StoreRole.Target);
        var target = TranslatedStore.Between(source, other);
        ScopedStream[] streams = [ScopedStream.Everything(0, (await source.Catalog.Read(None)).Streams.Single())];
        Assert.DoesNotContain(
            await target.Catalog.Check(StoreRole.Target, streams, source.Snapshot, None),
            one => one.Code.StartsWith("GW-KIT-00", StringComparison.Ordinal));
        await source.Changes.Prepare(streams, None);
        await target.Target.Prepare(streams, await source.Catalog.Model(streams, None), None);
        var chunks = new List<Chunk>();
        await foreach (var chunk in source.Snapshot.Split(streams[0], new ChunkSize(2, 1 << 20), None))
        {
            chunks.Add(chunk);
            await using var read = await source.Snapshot.Read(streams[0], chunk.Range, None);
            await target.Target.WriteChunk(streams[0], chunk, read, None);
        }
        foreach (var range in chunks.Select(one => one.Range).Append(KeyRange.All))
        {
            var here = await source.Digest.Digest(streams[0], range, None);
            Assert.Equal(here, await target.Digest.Digest(streams[0], range, None));
        }
        var copied = await target.Digest.Digest(streams[0], KeyRange.All, None);
        await target.Target.FinishCopy(streams, await source.Catalog.Model(streams, None), None);

        var reached = await source.Changes.Mark(None);
        change();
        for (var end = await source.Changes.Mark(None); reached < end;)
        {
            await using var batch = await source.Changes.Next(reached, TimeSpan.FromSeconds(20), None);
            await target.Target.Apply(batch!, ApplyReason.Following, None);
            reached = batch!.Reached;
        }

        var left = await target.Digest.Digest(streams[0], KeyRange.All, None);
        Assert.Equal(await source.Digest.Digest(streams[0], KeyRange.All, None), left);
        Assert.InRange(left.Count, 0, copied.Count - 1);
        await source.Changes.Remove(None);
    }

    private static Task<IStore> Open(string address, string peer, StoreRole role)
    {
        var opening = new StoreOpening
        {
            Address = address,
            Shown = address,
            Migration = "splitting",
            Mark = "0badcafe",
            Elsewhere = peer,
            Peer = peer,
            Clock = TimeProvider.System,
            Chance = () => 0.5,
        };
        return address.StartsWith("sqlite", StringComparison.Ordinal)
            ? new SqliteConnector().Open(opening, role, None)
            : new PostgreSqlConnector().Open(opening, role, None);
    }
}
