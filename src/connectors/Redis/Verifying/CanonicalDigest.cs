using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Digests;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>The digest of a key's value as its users see it: the same for every encoding, order of members that has no
/// meaning, and version of the server.</summary>
/// <remarks>
/// Of a stream's groups it holds what was delivered to whom and how often, not when, and not how many entries a group
/// has read: servers do not tell their replicas that exactly. Not safe for use by two threads at once.
/// </remarks>
internal sealed class CanonicalDigest
{
    private readonly RecordHasher _hasher = new();

    /// <summary>The digest of what DUMP gave.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal ulong Of(ReadOnlyMemory<byte> payload, long expires, bool isValkey)
    {
        var parsed = RestorePayload.Parse(payload);
        if (RdbType.KindOf(parsed.Type, isValkey) is null)
            return OfUnknown(parsed, expires);
        var elements = ValueElements.Decode(parsed.Type, parsed.Value.Span, isValkey);
        _hasher.AddInteger((int)elements.Kind);
        _hasher.AddInteger(expires);
        switch (elements.Kind)
        {
            case ValueKind.String or ValueKind.List:
                AddInOrder(elements.Strings);
                break;
            case ValueKind.Set:
                AddAll(Sorted(elements, 1), elements, 1);
                break;
            case ValueKind.Hash:
                AddAll(Sorted(elements, 2), elements, 2);
                break;
            case ValueKind.SortedSet:
                AddAll(Sorted(elements, 1), elements, 1);
                break;
            case ValueKind.Stream:
                AddStream(elements.Stream!);
                break;
            default:
                throw new InvalidOperationException($"Values of kind {elements.Kind} have no canonical form.");
        }
        return _hasher.End();
    }

    /// <summary>A module's value: only its own encoding says what it is.</summary>
    private ulong OfUnknown(RestorePayload payload, long expires)
    {
        _hasher.AddInteger(payload.Type);
        _hasher.AddInteger(expires);
        _hasher.AddBytes(payload.Value.Span);
        return _hasher.End();
    }

    private void AddInOrder(ByteStrings strings)
    {
        _hasher.AddInteger(strings.Count);
        for (var i = 0; i < strings.Count; i++)
            _hasher.AddBytes(strings[i]);
    }

    /// <summary>Places of the members, in the order of their bytes.</summary>
    private static int[] Sorted(ValueElements elements, int perMember)
    {
        var places = new int[elements.Strings.Count / perMember];
        for (var i = 0; i < places.Length; i++)
            places[i] = i;
        Array.Sort(places, (left, right) =>
            elements.Strings[left * perMember].SequenceCompareTo(elements.Strings[right * perMember]));
        return places;
    }

    private void AddAll(int[] places, ValueElements elements, int perMember)
    {
        _hasher.AddInteger(places.Length);
        foreach (var place in places)
        {
            for (var part = 0; part < perMember; part++)
                _hasher.AddBytes(elements.Strings[(place * perMember) + part]);
            if (elements.Scores.Count > 0)
                _hasher.AddReal(elements.Scores[place]);
            if (elements.HasFieldExpiry)
                _hasher.AddInteger(elements.FieldExpiries[place]);
        }
    }

    private void AddStream(StreamElements stream)
    {
        _hasher.AddInteger(stream.Entries.Count);
        foreach (var entry in stream.Entries)
        {
            AddId(entry.Id);
            _hasher.AddInteger(entry.Fields);
            for (var field = 0; field < entry.Fields; field++)
            {
                _hasher.AddBytes(stream.Names[entry.FirstName + field]);
                _hasher.AddBytes(stream.Values[entry.FirstValue + field]);
            }
        }
        AddId(stream.State.LastId);
        AddId(stream.State.MaxDeletedId);
        _hasher.AddInteger(unchecked((long)stream.State.EntriesAdded));
        foreach (var group in stream.State.Groups.OrderBy(one => Convert.ToHexString(one.Name), StringComparer.Ordinal))
            AddGroup(group);
    }

    private void AddGroup(StreamGroup group)
    {
        _hasher.AddBytes(group.Name);
        AddId(group.LastId);
        foreach (var consumer in group.Consumers
            .OrderBy(one => Convert.ToHexString(one.Name), StringComparer.Ordinal))
        {
            _hasher.AddBytes(consumer.Name);
            foreach (var id in consumer.Pending.OrderBy(one => one.Ms).ThenBy(one => one.Sequence))
            {
                AddId(id);
                _hasher.AddInteger(
                    group.Pending.TryGetValue(id, out var delivery) ? unchecked((long)delivery.Count) : -1);
            }
        }
    }

    private void AddId(StreamId id)
    {
        _hasher.AddInteger(unchecked((long)id.Ms));
        _hasher.AddInteger(unchecked((long)id.Sequence));
    }
}
