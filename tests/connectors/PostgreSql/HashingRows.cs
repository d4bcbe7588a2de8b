using Godwit.Connectors.PostgreSql.Verifying;
using Godwit.Core.Schemas;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>What the server's hash of a row tells apart. Equal columns stand side by side, so that values may change
/// places.</summary>
public sealed class HashingRows
{
    private const string Definition =
        """
        b1 bigint, b2 bigint, i1 integer, i2 integer, s smallint, o oid, y boolean, u uuid, t1 text, t2 text,
        v character varying(9), vs character varying(9)[], n numeric(9,3), n2 numeric, f double precision, r real,
        j jsonb, x1 bytea, x2 bytea, d date, z timestamp(3) with time zone, w timestamp without time zone,
        k interval, c character(3)
        """;

    private const string Usual =
        """
        1, 2, 1, 2, 1, 1, true, '11111111-1111-1111-1111-111111111111', 'a', 'b', 'a', '{a}', 1, 2, 0, 0, '1', 'a', 'b',
        '2024-01-01', '2024-01-01', '2024-01-01', '1 day', 'a'
        """;

    /// <summary>Column and value: each makes a row that differs from all others.</summary>
    private static IReadOnlyList<string> Differences { get; } =
    [
        "b1 = 2, b2 = 1", "b1 = 3, b2 = 0", "b1 = 4294967296", "b1 = -1", "b1 = 4294967295", "b1 = 0",
        "b2 = 4294967296", "b2 = -1", "i1 = 2, i2 = 1", "i1 = 0", "i1 = -1", "s = -1", "o = 4294967295", "y = false",
        "u = '11111111-1111-1111-1111-111111111112'", "t1 = 'b', t2 = 'a'", "t1 = 'ab', t2 = ''", "t1 = '', t2 = 'ab'",
        "t1 = 'a '", "t1 = 'A'", "t1 = 'ä'", "t1 = U&'a\\0308'", "v = ''", "vs = '{a,NULL}'", "vs = '{a,\"NULL\"}'",
        "vs = '{}'", "n = 1.001", "n = -1", "n = 'NaN'", "n2 = 2.0", "n2 = 2.00", "n2 = -2", "n2 = 0",
        "n2 = 'Infinity'",
        "f = '-0'", "f = 'NaN'", "f = 'Infinity'", "r = '-0'", "r = 'NaN'", "j = '1.0'", "j = '-1'", "j = '\"1\"'",
        "j = 'null'", "j = '[[1], 2]'", "j = '[[1, 2]]'", "j = '[]'", "j = '{\"a\": 1.0}'", "j = '{\"a\": -1.0}'",
        "x1 = 'b', x2 = 'a'", "x1 = ''", "x1 = '\\x00'", "d = 'infinity'", "d = '2024-01-02'", "z = '-infinity'",
        "z = '2024-01-01 00:00:00.001'", "w = '2024-01-01 00:00:00.000001'", "w = 'infinity'", "k = '24 hours'",
        "c = 'b'",
    ];

    private static IReadOnlyList<string> Columns { get; } =
        [.. Definition.Replace('\n', ' ').Split(", ").Select(one => one.Trim())];

    [Fact]
    public async Task Every_difference_is_seen_in_columns_that_may_be_null()
    {
        var nulls = Columns.Select(one => $"{one.Split(' ')[0]} = NULL");
        await AssertAllDiffer(
            [.. Differences, .. nulls, "b1 = NULL, b2 = NULL", "x1 = NULL, x2 = NULL"], nullable: true);
    }

    [Fact]
    public Task Every_difference_is_seen_in_columns_that_are_never_null() =>
        AssertAllDiffer(Differences, nullable: false);

    [Fact]
    public async Task A_table_of_any_width_is_hashed()
    {
        await using var database = await NewDatabase();
        var columns = Enumerable.Range(0, 1600).Select(at => $"c{at}").ToList();
        var definitions = string.Join(", ", columns.Select(one => $"{one} boolean"));
        await database.Run($"CREATE TABLE t ({definitions}); INSERT INTO t DEFAULT VALUES");
        var schema = Schema([.. columns.Select(one => new ColumnSchema(one, "boolean", Nullable: true))]);
        Assert.Equal("1", await database.Run($"SELECT count({ServerHash.OfRecord(schema)}) FROM t"));
    }

    private static async Task AssertAllDiffer(IReadOnlyList<string> differences, bool nullable)
    {
        await using var database = await NewDatabase();
        await database.Run($"CREATE TABLE t (nr integer, {Definition}); INSERT INTO t VALUES (0, {Usual})");
        foreach (var (at, difference) in differences.Index())
        {
            await database.Run(
                $"INSERT INTO t VALUES ({at + 1}, {Usual}); UPDATE t SET {difference} WHERE nr = {at + 1}");
        }
        var schema = Schema([.. Columns.Select(one => Column(one, nullable))]);
        Assert.Equal(
            "", await database.Run(
                $"""
                SELECT string_agg(nr::text, ' ' ORDER BY nr) FROM t GROUP BY {ServerHash.OfRecord(schema)}
                HAVING count(*) > 1
                """));
        Assert.Equal(
            $"{differences.Count + 1}", await database.Run($"SELECT count({ServerHash.OfRecord(schema)}) FROM t"));
    }

    private static async Task<PostgreSqlDatabase> NewDatabase() =>
        await (await PostgreSqlServer.Shared(PostgreSqlServer.Distribution)).CreateDatabase();

    private static ColumnSchema Column(string definition, bool nullable)
    {
        var parts = definition.Split(' ', 2);
        return new ColumnSchema(parts[0], parts[1], nullable);
    }

    private static StreamSchema Schema(IReadOnlyList<ColumnSchema> columns) =>
        new() { Name = "public.t", Columns = columns, KeyColumns = [0] };
}
