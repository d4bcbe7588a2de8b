namespace Godwit.Connectors.Redis.Commands;

/// <summary>The slot of a key in a Redis Cluster, 0 to 16383.</summary>
internal static class KeySlot
{
    public const int Count = 16384;

    private const int Polynomial = 0x1021;

    private static readonly ushort[] Table = MakeTable();

    /// <remarks>Of a key with <c>{…}</c> only what the first pair of braces holds counts, if it is not empty.</remarks>
    public static int Of(ReadOnlySpan<byte> key)
    {
        var open = key.IndexOf((byte)'{');
        if (open >= 0)
        {
            var length = key[(open + 1)..].IndexOf((byte)'}');
            if (length > 0)
                key = key.Slice(open + 1, length);
        }
        return Crc16(key) & (Count - 1);
    }

    /// <summary>CRC-16/XMODEM: nothing reflected, 0 at the start and at the end.</summary>
    public static ushort Crc16(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var each in bytes)
            crc = ((crc << 8) & 0xFFFF) ^ Table[(crc >> 8) ^ each];
        return (ushort)crc;
    }

    private static ushort[] MakeTable()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = i << 8;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 0x8000) == 0 ? crc << 1 : (crc << 1) ^ Polynomial;
            table[i] = (ushort)crc;
        }
        return table;
    }
}
