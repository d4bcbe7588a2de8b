using System.Text;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Tests.Journals;
using Godwit.Tests.Servers;
using Npgsql;
using InFile = Godwit.Connectors.Sqlite.Verifying.ColumnFit;
using InServer = Godwit.Connectors.PostgreSql.Verifying.ColumnFit;

namespace Godwit.Tests.Connectors.Kit.Translation;

/// <summary>What a column is said to give back as it is, it does give back: every value in every type, asked of the
/// databases themselves.</summary>
public sealed class KeepingValuesAcrossEngines
{
    private static readonly Action<RecordBatch>[] Values =
    [
        batch => batch.AppendNull(),
        .. new long[] { 0, 1, 2, -1, 32767, 32768, 2147483647, 2147483648, long.MaxValue, long.MinValue, 12345678 }
            .Select<long, Action<RecordBatch>>(value => batch => batch.AppendInteger(value)),
        .. new[]
        {
            0.0, -0.0, 1.0, 0.5, 0.1, 1.25, 1.255, 0.1f, 1e15, 1e300, 5e-324, 9.3e18, -9.3e18, 1234567.25,
            123456789.5, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, 1.0 / 3,
            99999999.99,
        }.Select<double, Action<RecordBatch>>(value => batch => batch.AppendReal(value)),
        .. new[]
        {
            "", " ", "a", "ä𝄞", "abcde", "abcdef", "abcde ", "0", "1", " 1 ", "1.0", "-0", "1e5", "0x10", ".5", "5.",
            "Infinity", "true", "t", "2024-02-29", "2024-02-29 12:00:00", "a\0b", "1\0", "NULL", "\\N", "\\",
            "\t\n\r", "00000000-0000-0000-0000-00000000000a",
        }.Select<string, Action<RecordBatch>>(value => batch =>
            batch.AppendText(Encoding.UTF8.GetBytes(value))),
        batch => batch.AppendText([0xff, 0x41]),
        batch => batch.AppendBytes([]),
        batch => batch.AppendBytes([0, 255, 65]),
    ];

    [Theory]
    [InlineData("")]
    [InlineData("INTEGER")]
    [InlineData("REAL")]
    [InlineData("TEXT")]
    [InlineData("VARCHAR(5)")]
    [InlineData("BLOB")]
    [InlineData("BOOLEAN")]
    [InlineData("DECIMAL(10, 2)")]
    [InlineData("DATETIME")]
    [InlineData("FLOATING POINT")]
    public void A_file_gives_back_exactly_what_it_is_said_to_give_back(string type)
    {
        using var folder = new TemporaryFolder();
        using var database = Database.Open(
            folder["a.db"], Code.OpenReadWrite | Code.OpenCreate, TimeSpan.FromSeconds(1));
        database.Execute($"CREATE TABLE t (v {type})");
        var fit = InFile.Of(new ColumnSchema("v", type, Nullable: true));
        foreach (var value in Values)
        {
            using var given = One(value);
            using var back = new RecordBatch(1);
            database.Execute("DELETE FROM t");
            using (var insert = database.Prepare("INSERT INTO t VALUES (?)"))
            {
                insert.BindRecord(1, given, 0);
                insert.Run();
            }
            using (var rows = database.Prepare("SELECT v FROM t"))
            {
                Assert.True(rows.Step());
                rows.AppendTo(back, 0, 1);
            }
            AssertJudged(type, given, back, fit);
        }
    }

    [Theory]
    [InlineData("smallint")]
    [InlineData("integer")]
    [InlineData("bigint")]
    [InlineData("real")]
    [InlineData("double precision")]
    [InlineData("boolean")]
    [InlineData("text")]
    [InlineData("character varying(5)")]
    [InlineData("bytea")]
    [InlineData("numeric")]
    [InlineData("numeric(10,2)")]
    public async Task A_server_gives_back_exactly_what_it_is_said_to_give_back(string type)
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        var column = new ColumnSchema("v", type, Nullable: true) { AsNumbers = type.StartsWith("numeric") };
        await Query.Run(connection, $"CREATE TABLE t (v {type})", CancellationToken.None);
        var fit = InServer.Of(column);
        foreach (var value in Values)
        {
            using var given = One(value);
            AssertJudged(type, given, await WriteAndRead(connection, column, value), fit);
        }
    }

    private static async Task<RecordBatch?> WriteAndRead(
        NpgsqlConnection connection, ColumnSchema column, Action<RecordBatch> value)
    {
        await Query.Run(connection, "TRUNCATE t", CancellationToken.None);
        try
        {
            await CopyWriter.Write(connection, "t (v)", Batches(value), CancellationToken.None);
        }
        catch (PostgresException)
        {
            return null;
        }
        return await CopyReader.ReadAll(
            connection, $"SELECT {Wire.Select(column, "t")} FROM t", [Wire.Of(column)], CancellationToken.None);
    }

    private static async IAsyncEnumerable<RecordBatch> Batches(Action<RecordBatch> value)
    {
        await Task.CompletedTask;
        yield return One(value);
    }

    private static RecordBatch One(Action<RecordBatch> value)
    {
        var batch = new RecordBatch(1);
        value(batch);
        batch.EndRecord();
        return batch;
    }

    private static void AssertJudged(string type, RecordBatch given, RecordBatch? back, ValueFit fit)
    {
        var same = back is not null && Key.Of(given, 0).Equals(Key.Of(back, 0));
        var shown = $"{given.KindAt(0, 0)} {Key.Show(given, 0, 0)} in '{type}' comes back as "
            + (back is null ? "nothing" : $"{back.KindAt(0, 0)} {Key.Show(back, 0, 0)}");
        Assert.True(same == (fit(given, 0, 0) is null), $"{shown}, but is said to be: {fit(given, 0, 0) ?? "fit"}");
    }
}
