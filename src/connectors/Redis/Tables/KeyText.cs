using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Names of keys as text that tables take: UTF-8 as it is; every byte that is none, NUL and the backslash as
/// <c>\x</c> and two lower-case hexadecimal digits.</summary>
/// <remarks>One name has one text and one text one name: what <see cref="Of"/> would not have written is no
/// name.</remarks>
internal static class KeyText
{
    private const int EscapeLength = 4;

    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\0\\"u8);

    internal static byte[] Of(ReadOnlySpan<byte> name)
    {
        if (IsText(name) && !name.ContainsAny(Escaped))
            return name.ToArray();
        var text = new ArrayBufferWriter<byte>(name.Length + EscapeLength);
        while (!name.IsEmpty)
        {
            var isText = Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done;
            if (isText && rune.Value is not ('\0' or '\\'))
                text.Write(name[..length]);
            else
                Escape(text, name[..length]);
            name = name[length..];
        }
        return text.WrittenSpan.ToArray();
    }

    /// <returns>Null when the text is no name's.</returns>
    internal static byte[]? Read(ReadOnlySpan<byte> text)
    {
        var name = new ArrayBufferWriter<byte>(Math.Max(1, text.Length));
        for (var rest = text; !rest.IsEmpty;)
        {
            var plain = rest.IndexOf((byte)'\\');
            name.Write(plain < 0 ? rest : rest[..plain]);
            if (plain < 0)
                break;
            rest = rest[plain..];
            if (rest.Length < EscapeLength || rest[1] != 'x'
                || !Utf8Parser.TryParse(rest[2..EscapeLength], out byte one, out var used, 'x') || used != 2)
                return null;
            name.Write([one]);
            rest = rest[EscapeLength..];
        }
        return Of(name.WrittenSpan).AsSpan().SequenceEqual(text) ? name.WrittenSpan.ToArray() : null;
    }

    /// <summary>Whether bytes are UTF-8 without NUL, which every table takes as text.</summary>
    internal static bool IsText(ReadOnlySpan<byte> bytes) =>
        System.Text.Unicode.Utf8.IsValid(bytes) && !bytes.Contains((byte)0);

    private static void Escape(ArrayBufferWriter<byte> text, ReadOnlySpan<byte> bytes)
    {
        foreach (var one in bytes)
            text.Write(Encoding.ASCII.GetBytes($"\\x{one:x2}"));
    }
}
