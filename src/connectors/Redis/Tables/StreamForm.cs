using System.Text.Json;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>A stream as JSON: its entries, what it knows of itself, and its groups with what is delivered and not
/// acknowledged.</summary>
/// <remarks>
/// <c>{"entries":[["5-1","field","value",…],…],"last_id":"5-2","max_deleted_id":"5-2","entries_added":2,"groups":[
/// {"name":"g","last_id":"5-1","consumers":[{"name":"c","pending":[["5-1",3],…]}]}]}</c>. The number is how often an
/// entry was delivered. When, and how many entries a group has read, is left out: servers do not tell their replicas.
/// </remarks>
internal static class StreamForm
{
    internal const string Entries = "entries";
    internal const string LastId = "last_id";
    internal const string MaxDeletedId = "max_deleted_id";
    internal const string EntriesAdded = "entries_added";
    internal const string Groups = "groups";
    internal const string Name = "name";
    internal const string Consumers = "consumers";
    internal const string Pending = "pending";

    internal static void Write(Utf8JsonWriter json, StreamElements stream)
    {
        json.WriteStartObject();
        json.WriteStartArray(Entries);
        foreach (var entry in stream.Entries)
            Write(json, stream, entry);
        json.WriteEndArray();
        json.WriteString(LastId, $"{stream.State.LastId}");
        json.WriteString(MaxDeletedId, $"{stream.State.MaxDeletedId}");
        json.WriteNumber(EntriesAdded, stream.State.EntriesAdded);
        json.WriteStartArray(Groups);
        foreach (var group in stream.State.Groups.OrderBy(
            one => Convert.ToHexString(one.Name), StringComparer.Ordinal))
            Write(json, group);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StreamElements stream, StreamEntry entry)
    {
        json.WriteStartArray();
        json.WriteStringValue($"{entry.Id}");
        for (var field = 0; field < entry.Fields; field++)
        {
            ValueForm.Write(json, stream.Names[entry.FirstName + field]);
            ValueForm.Write(json, stream.Values[entry.FirstValue + field]);
        }
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, StreamGroup group)
    {
        json.WriteStartObject();
        json.WritePropertyName(Name);
        ValueForm.Write(json, group.Name);
        json.WriteString(LastId, $"{group.LastId}");
        json.WriteStartArray(Consumers);
        foreach (var consumer in group.Consumers.OrderBy(
            one => Convert.ToHexString(one.Name), StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WritePropertyName(Name);
            ValueForm.Write(json, consumer.Name);
            json.WriteStartArray(Pending);
            foreach (var id in consumer.Pending.OrderBy(one => one.Ms).ThenBy(one => one.Sequence))
            {
                json.WriteStartArray();
                json.WriteStringValue($"{id}");
                json.WriteNumberValue(group.Pending.GetValueOrDefault(id).Count);
                json.WriteEndArray();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
