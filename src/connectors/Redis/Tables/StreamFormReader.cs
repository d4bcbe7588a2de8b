using System.Globalization;
using System.Text.Json;
using Godwit.Connectors.Redis.Rdb;

namespace Godwit.Connectors.Redis.Tables;

/// <summary>Makes streams of what <see cref="StreamForm"/> writes.</summary>
internal static class StreamFormReader
{
    /// <param name="now">When what is pending counts as delivered, milliseconds since 1970: the form does not
    /// say.</param>
    /// <exception cref="FormatException">It is no stream.</exception>
    internal static StreamElements Read(JsonElement form, long now)
    {
        if (form.ValueKind != JsonValueKind.Object)
            throw new FormatException("a stream is an object");
        var stream = new StreamElements();
        StreamId? before = null;
        foreach (var entry in Items(form, StreamForm.Entries))
        {
            var id = AddEntry(stream, entry);
            if (before is { } last && !last.IsBefore(id))
                throw new FormatException($"the entry {id} follows {last}");
            before = id;
        }
        var lastId = Id(Member(form, StreamForm.LastId));
        if (before is { } highest && lastId.IsBefore(highest))
            throw new FormatException($"the entry {highest} is beyond the last id, {lastId}");
        var groups = Items(form, StreamForm.Groups).Select(one => Group(one, now)).ToList();
        if (groups.DistinctBy(one => Convert.ToHexString(one.Name)).Count() < groups.Count)
            throw new FormatException("two groups have one name");
        stream.State = new StreamState(
            (ulong)stream.Entries.Count, lastId, stream.Entries.Count == 0 ? default : stream.Entries[0].Id,
            Id(Member(form, StreamForm.MaxDeletedId)), Number(Member(form, StreamForm.EntriesAdded)), groups);
        return stream;
    }

    private static StreamId AddEntry(StreamElements stream, JsonElement entry)
    {
        var parts = Items(entry).ToArray();
        if (parts.Length < 3 || parts.Length % 2 == 0)
            throw new FormatException("an entry is [id, field, value, …]");
        var made = new StreamEntry(Id(parts[0]), stream.Names.Count, stream.Values.Count, parts.Length / 2);
        for (var i = 1; i < parts.Length; i += 2)
        {
            stream.Names.Add(ValueFormReader.Text(parts[i]));
            stream.Values.Add(ValueFormReader.Text(parts[i + 1]));
        }
        stream.Add(made);
        return made.Id;
    }

    private static StreamGroup Group(JsonElement form, long now)
    {
        var deliveries = new Dictionary<StreamId, StreamDelivery>();
        var consumers = new List<StreamConsumer>();
        foreach (var consumer in Items(form, StreamForm.Consumers))
        {
            var pending = new List<StreamId>();
            foreach (var delivery in Items(consumer, StreamForm.Pending))
            {
                if (Items(delivery).ToArray() is not [var id, var count])
                    throw new FormatException("what is pending is [id, count]");
                pending.Add(Id(id));
                if (!deliveries.TryAdd(pending[^1], new StreamDelivery(now, Number(count))))
                    throw new FormatException($"the entry {pending[^1]} is pending twice in one group");
            }
            consumers.Add(new StreamConsumer(
                ValueFormReader.Text(Member(consumer, StreamForm.Name)), now, now, pending));
        }
        return new StreamGroup(
            ValueFormReader.Text(Member(form, StreamForm.Name)), Id(Member(form, StreamForm.LastId)),
            StreamGroup.Unknown, deliveries, consumers);
    }

    private static JsonElement.ArrayEnumerator Items(JsonElement form, string name) => Items(Member(form, name));

    private static JsonElement.ArrayEnumerator Items(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? array.EnumerateArray()
        : throw new FormatException("an array is missing in the stream");

    private static JsonElement Member(JsonElement form, string name) =>
        form.ValueKind == JsonValueKind.Object && form.TryGetProperty(name, out var member)
            ? member
            : throw new FormatException($"the stream lacks {name}");

    private static StreamId Id(JsonElement form)
    {
        var parts = form.ValueKind == JsonValueKind.String ? form.GetString()!.Split('-') : [];
        return parts is [var ms, var sequence] && TryNumber(ms, out var time) && TryNumber(sequence, out var place)
            ? new StreamId(time, place)
            : throw new FormatException("an id is \"MILLISECONDS-SEQUENCE\"");
    }

    private static bool TryNumber(string digits, out ulong number) =>
        ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static ulong Number(JsonElement form) =>
        form.ValueKind == JsonValueKind.Number && form.TryGetUInt64(out var number)
            ? number
            : throw new FormatException("a count of the stream is no whole number");
}
