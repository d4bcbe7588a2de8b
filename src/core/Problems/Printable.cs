using System.Globalization;
using System.Text;

namespace Godwit.Core.Problems;

/// <summary>Makes names from outside safe to print: control characters and broken UTF-8 become escapes.</summary>
/// <remarks>A file may be called "\x1b[2J": printed raw it rewrites the terminal and forges log lines.</remarks>
public static class Printable
{
    /// <summary>The bytes as text; each byte that is not valid UTF-8 and each control character as
    /// <c>\xNN</c>.</summary>
    public static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        while (!bytes.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) != System.Buffers.OperationStatus.Done)
                Escape(text, bytes[..Math.Max(1, used)]);
            else if (IsUnsafe(rune))
                Escape(text, bytes[..used]);
            else
                text.Append(rune);
            bytes = bytes[Math.Max(1, used)..];
        }
        return text.ToString();
    }

    /// <inheritdoc cref="Text(ReadOnlySpan{byte})"/>
    public static string Text(string name) => Text(Encoding.UTF8.GetBytes(name));

    private static bool IsUnsafe(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator || rune.Value == '\\';

    private static void Escape(StringBuilder text, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
            text.Append(CultureInfo.InvariantCulture, $"\\x{one:x2}");
    }
}
