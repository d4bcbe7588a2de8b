using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Digests;

namespace Godwit.Connectors.Redis.Verifying;

/// <summary>The digest of a key's value as its users see it: the same for every encoding, order of members that has no
/// meaning, and version of the server.</summary>
/// <remarks>
/// Of a stream's groups it holds what was delivered to whom and how often, not when, and not how many entries a group
/// has read: servers do not tell their replicas that exactly. Not safe for use by two threads at once.
/// </remarks>
/// <param name="isOld">Whether a server before 7.0 is among those that are compared: it does not know how many entries
/// a stream ever had, nor tells of consumers that have nothing pending.</param>
internal sealed class CanonicalDigest(bool isOld = false)
{
    private readonly CanonicalForm _form = new();
    private readonly RecordHasher _hasher = new();

    /// <summary>The digest of what DUMP gave.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal ulong Of(ReadOnlyMemory<byte> payload, long expires, bool isValkey)
    {
        var parsed = RestorePayload.Parse(payload);
        if (RdbType.KindOf(parsed.Type, isValkey) is null)
            return OfUnknown(parsed, expires);
        return Of(ValueElements.Decode(parsed.Type, parsed.Value.Span, isValkey), expires);
    }

    /// <summary>The digest of a value.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal ulong Of(ValueElements elements, long expires)
    {
        if (elements.Kind == ValueKind.Stream)
        {
            _hasher.AddInteger((int)elements.Kind);
            _hasher.AddInteger(expires);
            AddStream(elements.Stream!);
            return _hasher.End();
        }
        Add(elements);
        return _form.End(elements.Kind, expires);
    }

    /// <summary>A module's value: only its own encoding says what it is.</summary>
    private ulong OfUnknown(RestorePayload payload, long expires)
    {
        _hasher.AddInteger(payload.Type);
        _hasher.AddInteger(expires);
        _hasher.AddBytes(payload.Value.Span);
        return _hasher.End();
    }

    private void Add(ValueElements elements)
    {
        var strings = elements.Strings;
        switch (elements.Kind)
        {
            case ValueKind.String:
                _form.AddString(strings[0]);
                break;
            case ValueKind.List:
                for (var i = 0; i < strings.Count; i++)
                    _form.AddNext(strings[i]);
                break;
            case ValueKind.Set:
                for (var i = 0; i < strings.Count; i++)
                    _form.AddMember(strings[i]);
                break;
            case ValueKind.Hash:
                for (var i = 0; i < strings.Count; i += 2)
                    _form.AddField(
                        strings[i], strings[i + 1],
                        elements.FieldExpiries.Count > 0 ? elements.FieldExpiries[i / 2] : ValueElements.Never);
                break;
            case ValueKind.SortedSet:
                for (var i = 0; i < strings.Count; i++)
                    _form.AddScored(strings[i], elements.Scores[i]);
                break;
            default:
                throw new InvalidOperationException($"Values of kind {elements.Kind} have no canonical form.");
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
        if (!isOld)
        {
            AddId(stream.State.MaxDeletedId);
            _hasher.AddInteger(unchecked((long)stream.State.EntriesAdded));
        }
        foreach (var group in stream.State.Groups.OrderBy(one => Convert.ToHexString(one.Name), StringComparer.Ordinal))
            AddGroup(group);
    }

    private void AddGroup(StreamGroup group)
    {
        _hasher.AddBytes(group.Name);
        AddId(group.LastId);
        foreach (var consumer in group.Consumers.Where(one => !isOld || one.Pending.Count > 0)
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
