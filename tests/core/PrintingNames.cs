using System.Text;
using Godwit.Core.Problems;

namespace Godwit.Tests.CoreWords;

public sealed class PrintingNames
{
    [Theory]
    [InlineData("orders", "orders")]
    [InlineData("Bücher 本 🐦", "Bücher 本 🐦")]
    [InlineData("", "")]
    [InlineData("a\nb", @"a\x0ab")]
    [InlineData("\u001b[2J", @"\x1b[2J")]
    [InlineData("back\\slash", @"back\x5cslash")]
    [InlineData("right\u202eleft", @"right\xe2\x80\xaeleft")]
    [InlineData("line\u2028end", @"line\xe2\x80\xa8end")]
    [InlineData("del\u007f", @"del\x7f")]
    public void Nothing_that_moves_a_cursor_or_hides_text_is_printed(string name, string printed) =>
        Assert.Equal(printed, Printable.Text(name));

    [Theory]
    [InlineData(new byte[] { 0xff }, @"\xff")]
    [InlineData(new byte[] { (byte)'a', 0xc3, (byte)'b' }, @"a\xc3b")]
    [InlineData(new byte[] { 0xe2, 0x82 }, @"\xe2\x82")]
    [InlineData(new byte[] { 0xed, 0xa0, 0x80 }, @"\xed\xa0\x80")]
    public void Bytes_that_are_no_text_are_printed_as_bytes(byte[] bytes, string printed) =>
        Assert.Equal(printed, Printable.Text(bytes));

    [Fact]
    public void Two_names_that_differ_are_printed_differently()
    {
        byte[][] names = [[0x0a], Encoding.UTF8.GetBytes(@"\x0a"), [0xc2, 0xad], [0xad], [0xc2]];
        Assert.Equal(names.Length, names.Select(one => Printable.Text(one)).Distinct().Count());
    }

    [Fact]
    public void A_problem_says_its_code_what_why_and_remedy()
    {
        var problem = new Problem("GW-TST-000", "It broke.", "It was dropped.", "Glue it.", Recovery.Pause);
        Assert.Equal("GW-TST-000: It broke. It was dropped. Glue it.", problem.ToString());
        Assert.Equal(problem.ToString(), new GodwitException(problem).Message);
    }
}
