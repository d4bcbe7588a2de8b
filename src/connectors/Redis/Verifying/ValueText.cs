using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>Values that are more than a string, as JSON: lists and sets as arrays, hashes and sorted sets as arrays of
/// pairs, streams as arrays of entries. Bytes that are no UTF-8 are written as <c>{"base64": …}</c>.</summary>
/// <remarks>Members without an order are sorted by their bytes, so that equal values give equal text.</remarks>
internal static class ValueText
{
    internal static ReadOnlySpan<byte> NameOf(ValueKind kind) => kind switch
    {
        ValueKind.String => "string"u8,
        ValueKind.List => "list"u8,
        ValueKind.Set => "set"u8,
        ValueKind.Hash => "hash"u8,
        ValueKind.SortedSet => "zset"u8,
        ValueKind.Stream => "stream"u8,
        _ => throw new InvalidOperationException($"Values of kind {kind} have no name."),
    };

    internal static ReadOnlySpan<byte> Of(ValueElements elements)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            switch (elements.Kind)
            {
                case ValueKind.Stream:
                    WriteEntries(json, elements.Stream!);
                    break;
                case ValueKind.Hash:
                    WritePairs(json, elements);
                    break;
                default:
                    WriteMembers(json, elements);
                    break;
            }
            json.WriteEndArray();
        }
        return buffer.WrittenSpan;
    }

    private static void WriteMembers(Utf8JsonWriter json, ValueElements elements)
    {
        var places = Enumerable.Range(0, elements.Strings.Count).ToArray();
        if (elements.Kind != ValueKind.List)
            Array.Sort(places, (a, b) => elements.Strings[a].SequenceCompareTo(elements.Strings[b]));
        foreach (var place in places)
        {
            if (elements.Kind != ValueKind.SortedSet)
            {
                Write(json, elements.Strings[place]);
                continue;
            }
            json.WriteStartArray();
            Write(json, elements.Strings[place]);
            WriteScore(json, elements.Scores[place]);
            json.WriteEndArray();
        }
    }

    private static void WritePairs(Utf8JsonWriter json, ValueElements elements)
    {
        var places = Enumerable.Range(0, elements.Strings.Count / 2).ToArray();
        Array.Sort(places, (a, b) => elements.Strings[2 * a].SequenceCompareTo(elements.Strings[2 * b]));
        foreach (var place in places)
        {
            json.WriteStartArray();
            Write(json, elements.Strings[2 * place]);
            Write(json, elements.Strings[(2 * place) + 1]);
            if (elements.HasFieldExpiry && elements.FieldExpiries[place] != ValueElements.Never)
                json.WriteNumberValue(elements.FieldExpiries[place]);
            json.WriteEndArray();
        }
    }

    private static void WriteEntries(Utf8JsonWriter json, StreamElements stream)
    {
        foreach (var entry in stream.Entries)
        {
            json.WriteStartArray();
            json.WriteStringValue($"{entry.Id.Ms}-{entry.Id.Sequence}");
            for (var field = 0; field < entry.Fields; field++)
            {
                Write(json, stream.Names[entry.FirstName + field]);
                Write(json, stream.Values[entry.FirstValue + field]);
            }
            json.WriteEndArray();
        }
    }

    /// <summary>JSON has no infinities.</summary>
    private static void WriteScore(Utf8JsonWriter json, double score)
    {
        if (double.IsFinite(score))
            json.WriteNumberValue(score);
        else
            json.WriteStringValue(score.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            json.WriteStringValue(bytes);
            return;
        }
        json.WriteStartObject();
        json.WriteBase64String("base64"u8, bytes);
        json.WriteEndObject();
    }
}
