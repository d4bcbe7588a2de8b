using System.Globalization;
using System.Text;
using Godwit.Connectors.PostgreSql.Copying;
using Godwit.Core.Records;
using Godwit.Tests.Servers;
using Npgsql;

namespace Godwit.Tests.Connectors.PostgreSql;

public sealed class WritingTextForACopy
{
    [Fact]
    public async Task Every_value_comes_back_from_the_server_as_it_was()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        await database.Run("CREATE TABLE t(n bigint, r double precision, s text, b bytea)");
        var texts = Texts();
        using var batch = new RecordBatch(4);
        foreach (var (at, text) in texts.Index())
            Append(batch, at, text);
        batch.AppendInteger(long.MinValue);
        batch.AppendNull();
        batch.AppendNull();
        batch.AppendNull();
        batch.EndRecord();
        await using (var connection = new NpgsqlConnection(database.ConnectionString))
        {
            await connection.OpenAsync();
            var writer = await CopyWriter.Begin(connection, "t", CancellationToken.None);
            await using var _ = writer;
            await writer.Add(batch, 4, CancellationToken.None);
            await writer.Complete(CancellationToken.None);
            Assert.Equal(texts.Count + 1, writer.Records);
        }
        var expected = texts.Select((text, at) => string.Create(
            CultureInfo.InvariantCulture, $"{at}|{Real(at)}|{Hex(text)}|{Hex(text)}"));
        Assert.Equal(
            string.Join('\n', expected.Prepend("-9223372036854775808|||")),
            await database.Run(
                "SELECT n, float8send(r), encode(convert_to(s, 'UTF8'), 'hex'), encode(b, 'hex') FROM t ORDER BY n"));
    }

    private static List<string> Texts()
    {
        var texts = Enumerable.Range(1, 127).Select(one => $"{(char)one}").ToList();
        texts.AddRange(["", "\\N", "\\.", "\\\\", "a\\tb", "ä", "𝄞", "\u0080\u00ff\u2028", "\r\n", "'\"{}$1"]);
        texts.Add(string.Concat(Enumerable.Range(1, 0x2000).Select(one => (char)one)));
        return texts;
    }

    private static void Append(RecordBatch batch, int at, string text)
    {
        batch.AppendInteger(at);
        batch.AppendReal(RealOf(at));
        batch.AppendText(Encoding.UTF8.GetBytes(text));
        batch.AppendBytes(Encoding.UTF8.GetBytes(text));
        batch.EndRecord();
    }

    private static double RealOf(int at) => at switch
    {
        0 => double.NaN,
        1 => double.PositiveInfinity,
        2 => double.NegativeInfinity,
        3 => -0.0,
        4 => double.Epsilon,
        5 => double.MaxValue,
        _ => 1.0 / at,
    };

    // The server has one NaN only.
    private static string Real(int at) => at == 0
        ? "\\x7ff8000000000000"
        : $"\\x{BitConverter.DoubleToInt64Bits(RealOf(at)):x16}";

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));
}
