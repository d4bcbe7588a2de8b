using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Godwit.Journals.Sqlite;

/// <summary>The hash that ties an entry to the one before it; docs/formats/journal.md has it byte by byte.</summary>
internal static class EntryHash
{
    public const int Size = SHA256.HashSizeInBytes;

    /// <summary>Lengths go in before texts, so that no two different entries give the same bytes to hash.</summary>
    public static byte[] Of(
        ReadOnlySpan<byte> previous, long sequence, string at, string kind, ReadOnlySpan<byte> payload)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[8];
        hash.AppendData(previous);
        BinaryPrimitives.WriteInt64BigEndian(number, sequence);
        hash.AppendData(number);
        Append(hash, Encoding.UTF8.GetBytes(at));
        Append(hash, Encoding.UTF8.GetBytes(kind));
        Append(hash, payload);
        return hash.GetHashAndReset();
    }

    /// <summary>The one way in which a time is written: UTC, seven digits after the second.</summary>
    public static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static bool TryTime(string text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at);

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> text)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, text.Length);
        hash.AppendData(length);
        hash.AppendData(text);
    }
}
