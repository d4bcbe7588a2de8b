using System.Text;
using Godwit.Connectors.PostgreSql.Capture;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Tests.Connectors.PostgreSql;

/// <summary>Messages as PostgreSQL 15 sent them: a published <c>orders (id, tenant)</c>, and <c>notes</c> with REPLICA
/// IDENTITY FULL.</summary>
public sealed class ParsingALog
{
    private const string Own = "_godwit_own_0badcafe";

    private const string DescribeOrders =
        "52000040007075626c6963006f7264657273006400020169640000000014ffffffff0074656e616e740000000017ffffffff";

    private const string DescribeNotes =
        "52000040077075626c6963006e6f746573006600030169640000000019ffffffff01626f64790000000019ffffffff016e00"
        + "00000017ffffffff";

    private const string Begin = "4200000000015302a8000303c2fd29e47e000002d9";
    private const string Commit = "430000000000015302a800000000015302d8000303c2fd29e47e";
    private const string InsertOurs = "49000040004e000274000000013174000000023432";
    private const string InsertTheirs = "49000040004e0002740000000132740000000137";
    private const string Renumber = "55000040004b00027400000001316e4e000274000000013574000000023432";
    private const string GiveAway = "55000040004e0002740000000135740000000137";
    private const string Delete = "44000040004b00027400000001326e";
    private const string Truncate = "54000000010000004000";
    private const string OwnMessage = "4d0100000000015300805f676f647769745f6f776e5f30626164636166650000000000";

    private static readonly StreamSchema Orders = new()
    {
        Name = "public.orders",
        Columns =
        [
            new ColumnSchema("id", "bigint", Nullable: false), new ColumnSchema("tenant", "integer", Nullable: false),
            new ColumnSchema("what", "text", Nullable: true),
        ],
        KeyColumns = [0],
    };

    private static readonly StreamSchema Notes = new()
    {
        Name = "public.notes",
        Columns =
        [
            new ColumnSchema("id", "text", Nullable: true), new ColumnSchema("body", "text", Nullable: true),
            new ColumnSchema("n", "integer", Nullable: true),
        ],
        KeyColumns = [0, 1, 2],
    };

    private readonly ScopeFilter _filter = new("here");

    [Fact]
    public void A_transaction_is_known_by_its_end_its_number_and_its_time()
    {
        using var told = new LogBatch(mayBePart: true);
        var parser = Parser(ScopedStream.Everything(0, Orders));
        Take(parser, told, Begin);
        Assert.True(parser.IsInside);
        Take(parser, told, DescribeOrders, InsertOurs, Commit);
        Assert.Equal((0x15302d8UL, false), (parser.LastEnd, parser.IsInside));
        Assert.Equal([0x2d9u], told.Transactions);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 7, 22, 0, TimeSpan.Zero).Date, told.Oldest!.Value.Date);
        Assert.Equal([0], told.Described);
    }

    [Fact]
    public void Keys_that_were_written_are_touched()
    {
        Assert.Equal("1; 2", Told(ScopedStream.Everything(0, Orders), InsertOurs, InsertTheirs));
        Assert.Equal("1; 5", Told(ScopedStream.Everything(0, Orders), Renumber));
        Assert.Equal("5", Told(ScopedStream.Everything(0, Orders), GiveAway));
        Assert.Equal("2", Told(ScopedStream.Everything(0, Orders), InsertTheirs, Delete));
    }

    [Fact]
    public void Keys_of_other_tenants_are_not_touched_and_keys_that_were_ours_are()
    {
        var ours = ScopedStream.ByColumn(0, Orders, 1, Number(42));
        _filter.Begin(0);
        Assert.Equal("1", Told(ours, InsertOurs, InsertTheirs, Delete));
        Assert.Equal("1; 5", Told(ours, Renumber, GiveAway));
    }

    [Fact]
    public void What_was_committed_before_the_tenants_keys_were_loaded_is_told_whoever_owns_it()
    {
        _filter.Begin(0x15302a8);
        Assert.Equal("2", Told(ScopedStream.ByColumn(0, Orders, 1, Number(42)), Delete));
    }

    [Fact]
    public void Nulls_and_whole_rows_are_keys_too() => Assert.Equal(
        "'x', 'yyyyyyyyyy', null; 'x', 'yyyyyyyyyy', 3",
        Told(
            ScopedStream.Everything(0, Notes),
            "49000040074e0003740000000178740000000a797979797979797979796e",
            "55000040074f0003740000000178740000000a797979797979797979796e4e0003740000000178740000000a797979797979797979"
            + "79740000000133"));

    [Fact]
    public void A_part_of_the_key_that_is_not_told_again_is_taken_from_the_old_row() => Assert.Equal(
        "'x', 'yyyyyyyyyy', null",
        Told(
            ScopedStream.Everything(0, Notes),
            "55000040074f0003740000000178740000000a797979797979797979796e4e000374000000017875740000000133"));

    [Fact]
    public void What_the_migration_wrote_itself_is_not_told_but_remembered()
    {
        var ours = ScopedStream.ByColumn(0, Orders, 1, Number(42));
        _filter.Begin(0);
        Assert.Equal("", Told(ours, OwnMessage, InsertTheirs));
        Assert.Equal("2", Told(ours, Delete));
    }

    [Fact]
    public void A_message_of_another_migration_hides_nothing() => Assert.Equal("1", Told(
        ScopedStream.Everything(0, Orders),
        OwnMessage.Replace("30626164", "30626165", StringComparison.Ordinal), InsertOurs));

    [Fact]
    public void A_truncated_table_is_emptied_where_everything_is_moved_and_refused_for_one_tenant()
    {
        using var told = new LogBatch(mayBePart: true);
        Take(Parser(ScopedStream.Everything(0, Orders)), told, Begin, DescribeOrders, Truncate, Commit);
        Assert.Equal([0], told.Emptied);
        var refused = Assert.Throws<GodwitException>(() => Take(
            Parser(ScopedStream.ByColumn(0, Orders, 1, Number(42))), told, Begin, DescribeOrders, Truncate));
        Assert.Equal("GW-PGS-018", refused.Problem.Code);
    }

    [Fact]
    public void A_kind_of_message_that_is_not_known_stops_the_run() => Assert.Equal(
        "GW-PGS-025",
        Assert.Throws<GodwitException>(() => Told(ScopedStream.Everything(0, Orders), "53aabb")).Problem.Code);

    [Theory]
    [InlineData("bigint", "-9223372036854775808", "-9223372036854775808")]
    [InlineData("boolean", "t", "1")]
    [InlineData("boolean", "f", "0")]
    [InlineData("bytea", "\\x00ff", "x'00ff'")]
    [InlineData("bytea", "\\x", "x''")]
    [InlineData("double precision", "-0", "-0")]
    [InlineData("double precision", "1e-323", "1E-323")]
    [InlineData("real", "0.1", "0.10000000149011612")]
    [InlineData("double precision", "NaN", "NaN")]
    [InlineData("double precision", "-Infinity", "-∞")]
    [InlineData("numeric(10,2)", "1.00", "'1.00'")]
    [InlineData("text", "", "''")]
    public void A_key_in_the_log_is_the_key_that_a_read_finds(string type, string text, string key)
    {
        using var batch = new RecordBatch(1);
        LogText.Append(batch, Wire.Of(new ColumnSchema("k", type, Nullable: false)), Encoding.UTF8.GetBytes(text));
        batch.EndRecord();
        Assert.Equal(key, Key.Of(batch, 0).ToString().Replace("-Infinity", "-∞", StringComparison.Ordinal));
    }

    private LogParser Parser(params ScopedStream[] streams) => new(streams, _filter, Own)
    {
        Passed = new HashSet<(int, ulong)>(),
    };

    private static void Take(LogParser parser, LogBatch told, params string[] messages)
    {
        foreach (var message in messages)
            parser.Take(Convert.FromHexString(message), told);
    }

    /// <summary>The keys that a transaction with these messages has touched.</summary>
    private string Told(ScopedStream stream, params string[] messages)
    {
        using var told = new LogBatch(mayBePart: true);
        Take(Parser(stream), told, [Begin, DescribeOrders, DescribeNotes, .. messages, Commit]);
        using var touched = told.Take(stream);
        if (touched is null)
            return "";
        var keys = touched.Keys;
        return string.Join("; ", Enumerable.Range(0, keys.Count).Select(at => Key.Of(keys, at).ToString()));
    }

    private static Key Number(long number)
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(number);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }
}
