using System.Buffers.Binary;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The checksum of RDB files and DUMP payloads.</summary>
/// <remarks>CRC-64 "Jones": polynomial 0xad93d23594c935a9, reflected in and out, starting at 0, no final XOR.
/// The bytes "123456789" give 0xe9c6d914c4b8d9ca.</remarks>
internal static class Crc64
{
    private const ulong ReversedPolynomial = 0x95ac9329ac4bc9b5;
    private const int Entries = 256;

    private static readonly ulong[] Tables = MakeTables();

    /// <summary>The checksum of what had the checksum <paramref name="crc"/>, 0 for nothing, and these bytes.</summary>
    internal static ulong Append(ulong crc, ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<ulong> tables = Tables.AsSpan(0, 8 * Entries);
        while (bytes.Length >= 8)
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            crc = tables[(7 * Entries) + (int)(crc & 255)]
                ^ tables[(6 * Entries) + (int)((crc >> 8) & 255)]
                ^ tables[(5 * Entries) + (int)((crc >> 16) & 255)]
                ^ tables[(4 * Entries) + (int)((crc >> 24) & 255)]
                ^ tables[(3 * Entries) + (int)((crc >> 32) & 255)]
                ^ tables[(2 * Entries) + (int)((crc >> 40) & 255)]
                ^ tables[Entries + (int)((crc >> 48) & 255)]
                ^ tables[(int)(crc >> 56)];
            bytes = bytes[8..];
        }
        foreach (var one in bytes)
            crc = tables[(int)((crc ^ one) & 255)] ^ (crc >> 8);
        return crc;
    }

    /// <summary>Table k gives what a byte does to the checksum that k more bytes follow.</summary>
    private static ulong[] MakeTables()
    {
        var tables = new ulong[8 * Entries];
        for (var one = 0; one < Entries; one++)
        {
            var crc = (ulong)one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ ReversedPolynomial;
            tables[one] = crc;
        }
        for (var at = Entries; at < tables.Length; at++)
        {
            var before = tables[at - Entries];
            tables[at] = tables[(int)(before & 255)] ^ (before >> 8);
        }
        return tables;
    }
}
