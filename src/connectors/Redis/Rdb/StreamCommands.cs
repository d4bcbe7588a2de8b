using System.Text;
using Argument = System.ReadOnlyMemory<byte>;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The commands that make a stream: its entries, what it knows of itself, its groups.</summary>
/// <remarks>Servers claim only what exists: entries that were deleted and are pending still are there until they are
/// claimed. Before version 10 the counts of entries and consumers that have nothing pending are lost.</remarks>
internal static class StreamCommands
{
    private const int FirstVersionWithCounts = 10;

    internal static IEnumerable<IReadOnlyList<Argument>> Make(Argument key, StreamElements stream, int version)
    {
        var deleted = Deleted(stream);
        foreach (var command in Entries(key, stream, deleted))
            yield return command;
        if (stream.Entries.Count + deleted.Count == 0)
        {
            foreach (var command in MakeEmpty(key))
                yield return command;
        }
        if (deleted.Count == 0)
            yield return SetState(key, stream.State, version);
        foreach (var group in stream.State.Groups)
        {
            yield return Create(key, group, version);
            if (version >= FirstVersionWithCounts)
            {
                foreach (var consumer in group.Consumers)
                    yield return [Word("XGROUP"), Word("CREATECONSUMER"), key, group.Name, consumer.Name];
            }
            foreach (var command in group.Consumers.SelectMany(consumer => Claim(key, group, consumer)))
                yield return command;
        }
        if (deleted.Count == 0)
            yield break;
        foreach (var some in deleted.Chunk(ElementCommands.MostElements))
            yield return [Word("XDEL"), key, .. some.Select(one => (Argument)one.ToBytes())];
        yield return SetState(key, stream.State, version);
    }

    /// <summary>Ids that are pending and have no entry, ascending.</summary>
    private static List<StreamId> Deleted(StreamElements stream)
    {
        var there = stream.Entries.Select(one => one.Id).ToHashSet();
        return
        [
            .. stream.State.Groups.SelectMany(one => one.Pending.Keys).Where(one => !there.Contains(one)).Distinct()
                .OrderBy(one => one.Ms).ThenBy(one => one.Sequence),
        ];
    }

    /// <summary>Entries in the order of their ids, among them those that will be deleted again.</summary>
    private static IEnumerable<IReadOnlyList<Argument>> Entries(
        Argument key, StreamElements stream, List<StreamId> deleted)
    {
        var next = 0;
        foreach (var entry in stream.Entries)
        {
            for (; next < deleted.Count && deleted[next].IsBefore(entry.Id); next++)
                yield return [Word("XADD"), key, deleted[next].ToBytes(), Word("deleted"), Word("")];
            yield return Add(key, stream, entry);
        }
        for (; next < deleted.Count; next++)
            yield return [Word("XADD"), key, deleted[next].ToBytes(), Word("deleted"), Word("")];
    }

    private static List<Argument> Add(Argument key, StreamElements stream, StreamEntry entry)
    {
        List<Argument> command = [Word("XADD"), key, entry.Id.ToBytes()];
        for (var field = 0; field < entry.Fields; field++)
        {
            command.Add(stream.Names.At(entry.FirstName + field));
            command.Add(stream.Values.At(entry.FirstValue + field));
        }
        return command;
    }

    /// <summary>Only a group makes a stream without an entry; it goes again and the stream stays.</summary>
    private static IEnumerable<IReadOnlyList<Argument>> MakeEmpty(Argument key)
    {
        yield return [Word("XGROUP"), Word("CREATE"), key, Word("godwit"), Word("0"), Word("MKSTREAM")];
        yield return [Word("XGROUP"), Word("DESTROY"), key, Word("godwit")];
    }

    private static List<Argument> SetState(Argument key, StreamState state, int version)
    {
        List<Argument> command = [Word("XSETID"), key, state.LastId.ToBytes()];
        if (version >= FirstVersionWithCounts)
        {
            command.AddRange([Word("ENTRIESADDED"), Word($"{Math.Max(state.EntriesAdded, state.Length)}")]);
            command.AddRange([Word("MAXDELETEDID"), state.MaxDeletedId.ToBytes()]);
        }
        return command;
    }

    private static List<Argument> Create(Argument key, StreamGroup group, int version)
    {
        List<Argument> command = [Word("XGROUP"), Word("CREATE"), key, group.Name, group.LastId.ToBytes()];
        if (version >= FirstVersionWithCounts && group.EntriesRead <= long.MaxValue)
            command.AddRange([Word("ENTRIESREAD"), Word($"{group.EntriesRead}")]);
        return command;
    }

    private static IEnumerable<IReadOnlyList<Argument>> Claim(Argument key, StreamGroup group, StreamConsumer consumer)
    {
        for (var at = 0; at < consumer.Pending.Count;)
        {
            var delivery = Delivery(group, consumer.Pending[at]);
            List<Argument> command = [Word("XCLAIM"), key, group.Name, consumer.Name, Word("0")];
            var end = Math.Min(at + ElementCommands.MostElements, consumer.Pending.Count);
            for (; at < end && Delivery(group, consumer.Pending[at]) == delivery; at++)
                command.Add(consumer.Pending[at].ToBytes());
            command.AddRange([Word("TIME"), Word($"{delivery.AtMs}"), Word("RETRYCOUNT"), Word($"{delivery.Count}")]);
            command.AddRange([Word("FORCE"), Word("JUSTID")]);
            yield return command;
        }
    }

    private static StreamDelivery Delivery(StreamGroup group, StreamId id) => group.Pending.GetValueOrDefault(id);

    private static byte[] Word(string text) => Encoding.ASCII.GetBytes(text);
}
