namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>The checksum that a broker keeps with each chunk of a stream: CRC-32 as in zlib.</summary>
internal static class Crc32
{
    private const uint Polynomial = 0xedb88320;

    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(one => Entry((uint)one))];

    internal static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
            crc = (crc >> 8) ^ Table[(byte)(crc ^ one)];
        return ~crc;
    }

    private static uint Entry(uint value)
    {
        for (var bit = 0; bit < 8; bit++)
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ Polynomial;
        return value;
    }
}
