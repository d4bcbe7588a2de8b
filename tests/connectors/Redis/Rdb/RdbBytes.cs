using System.Buffers.Binary;
using System.Text;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Tests.Connectors.Redis.Rdb;

/// <summary>RDBs and values put together byte by byte.</summary>
internal static class RdbBytes
{
    /// <summary>Keys of many types, expiries and notes of the server.</summary>
    public static byte[] Sample { get; } = File(
        "REDIS0011",
        [
            .. Aux("redis-ver", "7.2.0"), .. Aux("repl-stream-db", "0"), 245,
            .. Text("#!lua name=one\n"), 254, 0, 251, 9, 1,
            0, .. Text("text"), .. Text("value"),
            252, 0x15, 0xcd, 0x5b, 0x07, 0, 0, 0, 0, 0, .. Text("brief"), 0xc1, 0x39, 0x30,
            1, .. Text("list"), 2, .. Text("a"), .. Text("b"),
            4, .. Text("hash"), 1, .. Text("f"), .. Text("v"),
            5, .. Text("scores"), 1, .. Text("m"), .. Hex("000000000000f83f"),
            3, .. Text("old"), 2, .. Text("m"), 3, .. Ascii("1.5"), .. Text("n"), 254,
            16, .. Text("packed"), .. Blob(Listpack("8166 02", "07 01")),
            18, .. Text("nodes"), 2, 1, .. Text("plain"), 2, .. Blob(Listpack("07 01")),
            254, 3, 21, .. Text("stream"), .. Stream3,
        ]);

    /// <summary>One entry 5-1 with a=1, a deleted 5-2, a group g with 5-1 pending at c.</summary>
    public static byte[] Stream3 => [.. Entries, .. StreamCounts, .. Group(true)];

    public static byte[] Stream2 => [.. Entries, .. StreamCounts, .. Group(false)];

    public static byte[] Stream1 => [.. Entries, .. Hex("01 05 02 01 0167 05 01 01"), .. Delivered, .. Consumer(false)];

    private static byte[] StreamCounts => Hex("01 05 02 05 01 05 02 02");

    private static byte[] Delivered => Hex("0000000000000005 0000000000000001 e803000000000000 03");

    private static byte[] Entries => [1, .. Blob(Hex("0000000000000005 0000000000000001")), .. Blob(Listpack(
        "01 01", "01 01", "01 01", "8161 02", "00 01",
        "02 01", "00 01", "00 01", "01 01", "04 01",
        "03 01", "00 01", "01 01", "02 01", "04 01"))];

    public static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));

    public static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    /// <summary>A string of fewer than 64 bytes.</summary>
    public static byte[] Text(string text) => [(byte)text.Length, .. Ascii(text)];

    /// <summary>A string of fewer than 16384 bytes.</summary>
    public static byte[] Blob(byte[] bytes) => [(byte)(0x40 | (bytes.Length >> 8)), (byte)bytes.Length, .. bytes];

    public static byte[] Aux(string name, string value) => [250, .. Text(name), .. Text(value)];

    /// <summary>A listpack of entries that bring their backward lengths.</summary>
    public static byte[] Listpack(params string[] entries)
    {
        byte[] pack = [0, 0, 0, 0, (byte)entries.Length, 0, .. Hex(string.Concat(entries)), 0xff];
        pack[0] = (byte)pack.Length;
        return pack;
    }

    /// <summary>Magic, body, end and checksum.</summary>
    public static byte[] File(string magic, params byte[] body)
    {
        byte[] summed = [.. Ascii(magic), .. body, 255];
        var sum = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(sum, Crc64.Append(0, summed));
        return [.. summed, .. sum];
    }

    public static string AsText(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static IEnumerable<string> AsTexts(ByteStrings strings) =>
        Enumerable.Range(0, strings.Count).Select(at => AsText(strings[at]));

    private static byte[] Group(bool isActive) => [.. Hex("01 0167 05 01 01 01"), .. Delivered, .. Consumer(isActive)];

    private static byte[] Consumer(bool isActive) =>
        [.. Hex("01 0163 d007000000000000"), .. isActive ? Hex("b80b000000000000") : [],
            .. Hex("01 0000000000000005 0000000000000001")];
}
