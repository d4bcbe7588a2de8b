using System.Buffers;
using System.Text;
using Godwit.Connectors.Redis.Protocol;

namespace Godwit.Tests.Connectors.Redis.Protocol;

public sealed class ReadingReplies
{
    [Theory]
    [InlineData("+OK\r\n", "Status OK")]
    [InlineData("-ERR no\r\n", "Error ERR no")]
    [InlineData(":-17\r\n", "Integer -17")]
    [InlineData("$5\r\na\r\nbc\r\n", "Bulk a\r\nbc")]
    [InlineData("$0\r\n\r\n", "Bulk ")]
    [InlineData("$-1\r\n", "Null ")]
    [InlineData("*-1\r\n", "Null ")]
    [InlineData("*2\r\n:1\r\n$1\r\nx\r\n", "Array [Integer 1, Bulk x]")]
    [InlineData("_\r\n", "Null ")]
    [InlineData("#t\r\n", "Integer 1")]
    [InlineData(",1.5\r\n", "Bulk 1.5")]
    [InlineData("(12345678901234567890\r\n", "Bulk 12345678901234567890")]
    [InlineData("=8\r\ntxt:text\r\n", "Bulk text")]
    [InlineData("!5\r\nERR x\r\n", "Error ERR x")]
    [InlineData("%1\r\n+a\r\n:1\r\n", "Array [Status a, Integer 1]")]
    [InlineData("~1\r\n:1\r\n", "Array [Integer 1]")]
    [InlineData(">1\r\n+m\r\n", "Push [Status m]")]
    [InlineData("|1\r\n+a\r\n:1\r\n:7\r\n", "Integer 7")]
    public void Each_kind_is_read_and_no_part_of_it_is_taken_for_the_whole(string bytes, string expected)
    {
        Assert.Equal(expected, Show(Read(bytes + ":1\r\n", out var rest)!));
        Assert.Equal(4, rest);
        for (var length = 0; length < bytes.Length; length++)
            Assert.Null(Read(bytes[..length], out _));
    }

    [Theory]
    [InlineData("x\r\n")]
    [InlineData(":1x\r\n")]
    [InlineData(":\r\n")]
    [InlineData("$2\r\nabc\r\n")]
    [InlineData("$99999999999\r\n")]
    [InlineData("*99999999\r\n")]
    [InlineData("$x\r\n")]
    public void What_is_no_reply_is_refused(string bytes) =>
        Assert.Throws<FormatException>(() => Read(bytes, out _));

    [Fact]
    public void Nothing_is_nested_without_end() => Assert.Throws<FormatException>(
        () => Read(string.Concat(Enumerable.Repeat("*1\r\n", 40)) + ":1\r\n", out _));

    private static RespValue? Read(string bytes, out long rest)
    {
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes(bytes)));
        var isRead = RespParser.TryRead(ref reader, out var value, out var missing);
        Assert.True(isRead || missing > 0);
        rest = reader.Remaining;
        return isRead ? value : null;
    }

    private static string Show(RespValue value) => value.Kind is RespKind.Array or RespKind.Push
        ? $"{value.Kind} [{string.Join(", ", value.Items.Select(Show))}]"
        : $"{value.Kind} {value.Text}";
}
