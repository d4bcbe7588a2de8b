using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Connectors.Redis.Verifying;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Values as the two texts that a row holds, its type and its value: one form for each value, whatever its
/// encoding, from which <see cref="ValueFormReader"/> makes it again.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>string</c>: the text itself; a string that is no UTF-8 or holds NUL is of type <c>bytes</c>, in
/// base64.</item>
/// <item><c>list</c>, <c>set</c>: a JSON array; sets are sorted by their bytes.</item>
/// <item><c>hash</c>: a JSON object; where a field is no text or expires, an array of <c>[field, value]</c> or
/// <c>[field, value, expiry]</c>. Fields are sorted by their bytes.</item>
/// <item><c>zset</c>: an array of <c>[member, score]</c>, by score and then by bytes; infinite scores are
/// <c>"inf"</c> and <c>"-inf"</c>.</item>
/// <item><c>stream</c>: an object, see <see cref="StreamForm"/>.</item>
/// </list>
/// Within JSON a string that is no UTF-8 is <c>{"base64":"…"}</c>.
/// </remarks>
internal static class ValueForm
{
    internal const string Bytes = "bytes";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The name of the type.</summary>
    internal static ReadOnlySpan<byte> TypeOf(ValueElements elements) =>
        elements.Kind == ValueKind.String && !KeyText.IsText(elements.Strings[0])
            ? "bytes"u8
            : ValueText.NameOf(elements.Kind);

    /// <summary>The value, as UTF-8.</summary>
    internal static ReadOnlyMemory<byte> Of(ValueElements elements)
    {
        if (elements.Kind == ValueKind.String)
        {
            var only = elements.Strings.At(0);
            return KeyText.IsText(only.Span) ? only : Base64(only.Span);
        }
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
            Write(json, elements);
        return buffer.WrittenMemory;
    }

    /// <summary>Writes a string of bytes.</summary>
    internal static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (System.Text.Unicode.Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
            return;
        }
        json.WriteStartObject();
        json.WriteBase64String("base64"u8, bytes);
        json.WriteEndObject();
    }

    private static byte[] Base64(ReadOnlySpan<byte> bytes)
    {
        var text = new byte[System.Buffers.Text.Base64.GetMaxEncodedToUtf8Length(bytes.Length)];
        System.Buffers.Text.Base64.EncodeToUtf8(bytes, text, out _, out _);
        return text;
    }

    private static void Write(Utf8JsonWriter json, ValueElements elements)
    {
        switch (elements.Kind)
        {
            case ValueKind.List:
            case ValueKind.Set:
                WriteStrings(json, elements);
                break;
            case ValueKind.Hash:
                WriteHash(json, elements);
                break;
            case ValueKind.SortedSet:
                WriteScored(json, elements);
                break;
            default:
                StreamForm.Write(json, elements.Stream!);
                break;
        }
    }

    private static void WriteStrings(Utf8JsonWriter json, ValueElements elements)
    {
        var places = Enumerable.Range(0, elements.Strings.Count).ToArray();
        if (elements.Kind == ValueKind.Set)
            Array.Sort(places, (a, b) => elements.Strings[a].SequenceCompareTo(elements.Strings[b]));
        json.WriteStartArray();
        foreach (var place in places)
            Write(json, elements.Strings[place]);
        json.WriteEndArray();
    }

    private static void WriteHash(Utf8JsonWriter json, ValueElements elements)
    {
        var strings = elements.Strings;
        var places = Enumerable.Range(0, strings.Count / 2).ToArray();
        Array.Sort(places, (a, b) => strings[2 * a].SequenceCompareTo(strings[2 * b]));
        if (!elements.HasFieldExpiry && Array.TrueForAll(
            places, place => System.Text.Unicode.Utf8.IsValid(strings[2 * place])))
        {
            json.WriteStartObject();
            foreach (var place in places)
            {
                json.WritePropertyName(strings[2 * place]);
                Write(json, strings[(2 * place) + 1]);
            }
            json.WriteEndObject();
            return;
        }
        json.WriteStartArray();
        foreach (var place in places)
        {
            json.WriteStartArray();
            Write(json, strings[2 * place]);
            Write(json, strings[(2 * place) + 1]);
            if (elements.HasFieldExpiry && elements.FieldExpiries[place] != ValueElements.Never)
                json.WriteStringValue(ExpiryText.Of(elements.FieldExpiries[place]));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }

    /// <summary>A negative zero is told as zero: servers give it back either way.</summary>
    private static void WriteScored(Utf8JsonWriter json, ValueElements elements)
    {
        var places = Enumerable.Range(0, elements.Strings.Count).ToArray();
        Array.Sort(places, (a, b) => elements.Scores[a].CompareTo(elements.Scores[b]) is not 0 and var order
            ? order
            : elements.Strings[a].SequenceCompareTo(elements.Strings[b]));
        json.WriteStartArray();
        foreach (var place in places)
        {
            var score = elements.Scores[place];
            json.WriteStartArray();
            Write(json, elements.Strings[place]);
            if (double.IsFinite(score))
                json.WriteNumberValue(score == 0 ? 0 : score);
            else
                json.WriteStringValue(Encoding.ASCII.GetString(ScoreText.Write(score)));
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }
}
