using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Makes values of the texts that <see cref="ValueForm"/> writes.</summary>
internal static class ValueFormReader
{
    /// <param name="type">As a row names it.</param>
    /// <param name="value">What stands beside it.</param>
    /// <param name="now">Milliseconds since 1970, for what the form does not say.</param>
    /// <exception cref="FormatException">It is no value; says why, for people, without a full stop.</exception>
    internal static ValueElements Read(ReadOnlySpan<byte> type, ReadOnlyMemory<byte> value, long now)
    {
        var name = Encoding.UTF8.GetString(type);
        if (name is "string")
            return Single(value.Span);
        if (name is ValueForm.Bytes)
            return Single(FromBase64(value.Span));
        var elements = new ValueElements(name switch
        {
            "list" => ValueKind.List,
            "set" => ValueKind.Set,
            "hash" => ValueKind.Hash,
            "zset" => ValueKind.SortedSet,
            "stream" => ValueKind.Stream,
            _ => throw new FormatException("its type is none of string, bytes, list, set, hash, zset and stream"),
        });
        try
        {
            using var document = JsonDocument.Parse(value);
            Fill(elements, document.RootElement, now);
            return elements;
        }
        catch (JsonException broken)
        {
            throw new FormatException($"its value is no JSON (byte {broken.BytePositionInLine})", broken);
        }
    }

    /// <summary>The bytes of a string in JSON.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static byte[] Text(JsonElement form)
    {
        if (form.ValueKind == JsonValueKind.String)
            return FromText(form);
        return form.ValueKind == JsonValueKind.Object && form.TryGetProperty("base64"u8, out var bytes)
            && form.EnumerateObject().Count() == 1 && bytes.TryGetBytesFromBase64(out var decoded)
            ? decoded
            : throw new FormatException("a member is neither a text nor {\"base64\": …}");
    }

    private static byte[] FromText(JsonElement form)
    {
        try
        {
            return Encoding.UTF8.GetBytes(form.GetString()!);
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException("a text holds half a character", broken);
        }
    }

    private static void Fill(ValueElements elements, JsonElement form, long now)
    {
        if (elements.Kind == ValueKind.Stream)
        {
            elements.Stream = StreamFormReader.Read(form, now);
            return;
        }
        foreach (var (first, rest) in Members(elements.Kind, form))
            Add(elements, first, rest);
        if (elements.Strings.Count == 0)
            throw new FormatException("a value without members does not exist");
        RefuseTwins(elements);
    }

    private static IEnumerable<(byte[] First, JsonElement[] Others)> Members(ValueKind kind, JsonElement form)
    {
        if (kind == ValueKind.Hash && form.ValueKind == JsonValueKind.Object)
        {
            foreach (var field in form.EnumerateObject())
                yield return (Name(field), [field.Value]);
            yield break;
        }
        if (form.ValueKind != JsonValueKind.Array)
            throw new FormatException("its value is no array");
        foreach (var one in form.EnumerateArray())
        {
            if (kind is ValueKind.List or ValueKind.Set)
                yield return (Text(one), []);
            else if (one.ValueKind == JsonValueKind.Array && one.GetArrayLength() > 0)
                yield return (Text(one[0]), [.. one.EnumerateArray().Skip(1)]);
            else
                throw new FormatException("a member is no pair");
        }
    }

    private static byte[] Name(JsonProperty field)
    {
        try
        {
            return Encoding.UTF8.GetBytes(field.Name);
        }
        catch (InvalidOperationException broken)
        {
            throw new FormatException("a field holds half a character", broken);
        }
    }

    private static void Add(ValueElements elements, byte[] first, JsonElement[] rest)
    {
        switch (elements.Kind)
        {
            case ValueKind.Hash when rest is [var value]:
                elements.AddField(first, Text(value), ValueElements.Never);
                break;
            case ValueKind.Hash when rest is [var value, { ValueKind: JsonValueKind.String } expiry]:
                elements.AddField(
                    first, Text(value), ExpiryText.Read(FromText(expiry))
                    ?? throw new FormatException("the expiry of a field is no time"));
                break;
            case ValueKind.SortedSet when rest is [var score]:
                elements.AddScored(first, Score(score));
                break;
            case ValueKind.List or ValueKind.Set:
                elements.Strings.Add(first);
                break;
            default:
                throw new FormatException("a member has too few or too many parts");
        }
    }

    private static double Score(JsonElement form)
    {
        if (form.ValueKind == JsonValueKind.Number && form.TryGetDouble(out var score) && double.IsFinite(score))
            return score;
        return form.ValueKind != JsonValueKind.String
            ? throw new FormatException("a score is no number")
            : form.GetString() switch
            {
                "inf" => double.PositiveInfinity,
                "-inf" => double.NegativeInfinity,
                _ => throw new FormatException("a score is no number"),
            };
    }

    /// <summary>Servers hold a member once: which of two was meant cannot be known.</summary>
    private static void RefuseTwins(ValueElements elements)
    {
        if (elements.Kind == ValueKind.List)
            return;
        var (seen, step) = (new HashSet<string>(StringComparer.Ordinal), elements.Kind == ValueKind.Hash ? 2 : 1);
        for (var i = 0; i < elements.Strings.Count; i += step)
        {
            if (!seen.Add(Encoding.Latin1.GetString(elements.Strings[i])))
                throw new FormatException("it has a member twice");
        }
    }

    private static ValueElements Single(ReadOnlySpan<byte> bytes)
    {
        var elements = new ValueElements(ValueKind.String);
        elements.Strings.Add(bytes);
        return elements;
    }

    private static byte[] FromBase64(ReadOnlySpan<byte> text)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        return Base64.DecodeFromUtf8(text, bytes, out var read, out var written) == OperationStatus.Done
            && read == text.Length
            ? bytes[..written]
            : throw new FormatException("its value is no base64");
    }
}
