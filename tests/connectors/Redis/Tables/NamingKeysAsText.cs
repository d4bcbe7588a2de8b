using System.Text;
using Godwit.Connectors.Redis.Tables;
using static Godwit.Tests.Connectors.Redis.Rdb.RdbBytes;

namespace Godwit.Tests.Connectors.Redis.Tables;

public sealed class NamingKeysAsText
{
    [Theory]
    [InlineData("757365723a31", "user:1")]
    [InlineData("", "")]
    [InlineData("c3a4e282acf09f9880", "ä€😀")]
    [InlineData("6b00ff5c", @"k\x00\xff\x5c")]
    [InlineData("c3", @"\xc3")]
    [InlineData("e28261", @"\xe2\x82a")]
    [InlineData("eda080", @"\xed\xa0\x80")]
    [InlineData("0a7c", "\n|")]
    public void A_name_is_text_and_comes_back(string bytes, string text)
    {
        Assert.Equal(text, Encoding.UTF8.GetString(KeyText.Of(Hex(bytes))));
        Assert.Equal(Hex(bytes), KeyText.Read(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData(@"a\b")]
    [InlineData(@"\x4")]
    [InlineData(@"\x41")]
    [InlineData(@"\xFF")]
    [InlineData(@"\xc3\xa4")]
    [InlineData(@"\")]
    public void What_no_name_is_written_as_is_no_name(string text) =>
        Assert.Null(KeyText.Read(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void All_bytes_in_all_places_come_back_and_no_two_names_are_one_text()
    {
        var texts = new HashSet<string>();
        foreach (var one in Enumerable.Range(0, 256))
        {
            foreach (var name in (byte[][])[[(byte)one], [(byte)'a', (byte)one], [(byte)one, 0xa4], [0xc3, (byte)one]])
            {
                var text = KeyText.Of(name);
                Assert.Equal(name, KeyText.Read(text));
                texts.Add(Encoding.UTF8.GetString(text));
            }
        }

        // Of 4 · 256 names two are made twice: a and a4, c3 and a4.
        Assert.Equal((4 * 256) - 2, texts.Count);
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00.000Z")]
    [InlineData(1_795_690_230_123, "2026-11-26T10:50:30.123Z")]
    [InlineData(253_402_300_799_999, "9999-12-31T23:59:59.999Z")]
    [InlineData(253_402_300_800_000, "253402300800000")]
    [InlineData(9_000_000_000_000_000_000, "9000000000000000000")]
    public void A_time_of_expiry_is_text(long expires, string text)
    {
        Assert.Equal(text, ExpiryText.Of(expires));
        Assert.Equal(expires == 0 ? null : expires, ExpiryText.Read(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("2026-11-26 10:50:30.123+00", 1_795_690_230_123)]
    [InlineData("2026-11-26 11:50:30.123+01", 1_795_690_230_123)]
    [InlineData("2026-11-26 10:50:30.123456", 1_795_690_230_123)]
    [InlineData("1795690230", null)]
    [InlineData("2026-11-26", null)]
    [InlineData("soon", null)]
    [InlineData("", null)]
    public void Times_of_databases_are_read_and_numbers_that_could_be_seconds_are_not(string text, long? expires) =>
        Assert.Equal(expires, ExpiryText.Read(Encoding.UTF8.GetBytes(text)));
}
