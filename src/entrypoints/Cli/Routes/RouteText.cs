using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Core.Routes;

namespace Godwit.Cli.Routes;

/// <summary>The route file's content: for each tenant its epoch and places. Entries of others pass through.</summary>
internal static class RouteText
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    private static readonly JsonWriterOptions Readable = new()
    {
        Indented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <exception cref="FormatException">It is no route file.</exception>
    public static RouteEntry? Read(byte[] content, string tenant) =>
        Parse(content)[tenant] is { } entry ? Entry(entry, tenant) : null;

    /// <exception cref="FormatException">It is no route file.</exception>
    public static byte[] With(byte[]? content, string tenant, RouteEntry entry)
    {
        var routes = content is null ? [] : Parse(content);
        var places = new JsonObject();
        foreach (var (from, to) in entry.Places)
            places[from] = to;
        routes[tenant] = new JsonObject { ["epoch"] = entry.Epoch, ["places"] = places };
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, Readable))
            routes.WriteTo(writer);
        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static JsonObject Parse(byte[] content)
    {
        try
        {
            return JsonNode.Parse(content, documentOptions: Strict) as JsonObject
                ?? throw new FormatException("It is no JSON object.");
        }
        catch (JsonException broken)
        {
            throw new FormatException(broken.Message, broken);
        }
    }

    private static RouteEntry Entry(JsonNode node, string tenant)
    {
        if (node is not JsonObject entry
            || entry["epoch"] is not JsonValue number || !number.TryGetValue<long>(out var epoch)
            || entry["places"] is not JsonObject places)
            throw new FormatException($"The entry '{tenant}' is not {{ \"epoch\": number, \"places\": {{ … }} }}.");
        return new RouteEntry(epoch, places.ToDictionary(
            one => one.Key,
            one => one.Value is JsonValue place && place.TryGetValue<string>(out var text)
                ? text
                : throw new FormatException($"The entry '{tenant}' has a place that is no text."),
            StringComparer.Ordinal));
    }
}
