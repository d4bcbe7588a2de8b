using System.Text;
using Godwit.Connectors.RabbitMq.Streams;

namespace Godwit.Tests.Connectors.RabbitMq.Streams;

/// <summary>Chunks as brokers of the versions 3.10 deliver them.</summary>
public sealed class ReadingChunks
{
    private const string Hello =
        "50 00 0001 00000001 000001a218e3d797 0000000000000001 0000000000000000 46f6d486 00000009 0000000e 00000000"
        + " 00000005 68656c6c6f";

    [Fact]
    public void The_checksum_is_the_one_of_zlib() => Assert.Equal(0xcbf43926, Crc32.Of("123456789"u8));

    [Fact]
    public void A_message_has_its_offset_and_its_bytes()
    {
        var chunk = Read(Bytes(Hello));
        var unit = Assert.Single(chunk.Units);
        Assert.Equal((0UL, 1UL), (chunk.First, chunk.End));
        Assert.Equal((0UL, 1UL, (byte)0), (unit.Offset, unit.End, unit.Form));
        Assert.Equal("hello", Encoding.UTF8.GetString(unit.Body.Span));
    }

    [Fact]
    public void Several_messages_of_one_entry_stay_together_and_take_their_offsets()
    {
        var chunk = Read(Chunk(7, 0, 5, "00000001 61", "c0 0003 0000001e 00000002 7a7a", "00000000"));
        Assert.Equal(12UL, chunk.End);
        Assert.Equal([(7UL, 8UL), (8UL, 11UL), (11UL, 12UL)], chunk.Units.Select(one => (one.Offset, one.End)));
        Assert.Equal(((byte)0xc0, 30u, 2), (chunk.Units[1].Form, chunk.Units[1].Unpacked, chunk.Units[1].Body.Length));
    }

    [Fact]
    public void What_a_broker_notes_for_itself_is_no_message()
    {
        var chunk = Read(Chunk(7, 1, 1, "00000001 61"));
        Assert.Empty(chunk.Units);
        Assert.Equal(8UL, chunk.End);
    }

    [Theory]
    [InlineData(0, "version")]
    [InlineData(32, "checksum")]
    [InlineData(35, "checksum")]
    [InlineData(52, "checksum")]
    [InlineData(56, "checksum")]
    [InlineData(2, "middle")]
    [InlineData(7, "fewer")]
    public void One_changed_byte_is_seen(int at, string why)
    {
        var bytes = Bytes(Hello);
        bytes[at] ^= 1;
        if (at == 2)
            bytes[3] = 0xff;
        Assert.Contains(
            why, Assert.Throws<InvalidDataException>(() => Read(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_chunk_that_ends_too_early_is_seen() =>
        Assert.Throws<InvalidDataException>(() => Read(Bytes(Hello)[..^1]));

    /// <summary>Ledgers on users' disks hold these.</summary>
    [Fact]
    public void The_hash_of_a_unit_is_what_it_always_was()
    {
        Assert.Equal("e12250f2baff72ad10017feb9cf8f6d1", Text(new StreamUnit(1, 1, 0, 0, "hello"u8.ToArray())));
        StreamUnit[] others =
        [
            new(1, 1, 0x80, 0, "hello"u8.ToArray()), new(1, 2, 0x80, 0, "hello"u8.ToArray()),
            new(1, 1, 0x80, 1, "hello"u8.ToArray()), new(1, 1, 0, 0, "hell"u8.ToArray()),
        ];
        Assert.Equal(4, others.Select(one => one.Hash).Distinct().Count());
    }

    internal static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    /// <summary>A chunk with some entries, as hexadecimal digits.</summary>
    internal static byte[] Chunk(ulong first, byte type, uint records, params string[] entries)
    {
        var data = Bytes(string.Concat(entries));
        return Bytes(
            $"50 {type:x2} {entries.Length:x4} {records:x8} 000001a218e3d797 0000000000000001 {first:x16}"
            + $" {Crc32.Of(data):x8} {data.Length:x8} 00000000 00000000 {Convert.ToHexString(data)}");
    }

    private static StreamChunk Read(byte[] bytes) => StreamChunk.Read(new FrameReader(bytes));

    private static string Text(StreamUnit unit) =>
        unit.Hash.ToString("x32", System.Globalization.CultureInfo.InvariantCulture);
}
