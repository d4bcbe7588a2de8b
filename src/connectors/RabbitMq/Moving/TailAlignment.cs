namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Finds which of the messages that were published last are at the end of a queue, in their order.</summary>
/// <remarks>
/// The end of the queue is what was kept of them; where it begins is not marked. It begins where the queue ended
/// before, if that is known and fits; otherwise as early as what lies there can be some of the published messages, all
/// sure ones among them, if no message before it is the same as one of them. Else it is taken for as short as it can
/// be: then a message may be published twice, and none never.
/// </remarks>
internal sealed class TailAlignment(IReadOnlyList<PublishedMessage> published)
{
    private readonly UInt128[] _tail = new UInt128[published.Count];
    private readonly HashSet<UInt128> _ours = [.. published.Select(one => one.Hash)];
    private long _count;
    private bool _hasTwins;

    /// <summary>The next message of the queue, from its beginning.</summary>
    internal void Add(UInt128 hash)
    {
        if (_tail.Length == 0)
            return;
        var slot = (int)(_count % _tail.Length);
        _hasTwins |= _count >= _tail.Length && _ours.Contains(_tail[slot]);
        _tail[slot] = hash;
        _count++;
    }

    /// <param name="before">How many messages were in the queue before; null where that is not known.</param>
    /// <returns>Ordinals of the messages that are in the queue, ascending.</returns>
    internal IReadOnlyList<int>? Find(long? before)
    {
        var (least, most) = (published.Count(one => one.IsSure), (int)Math.Min(_count, _tail.Length));
        if (before is { } known && _count - known >= least && _count - known <= most
            && Fit((int)(_count - known)) is { } exact)
            return exact;
        var fits = Enumerable.Range(least, Math.Max(0, most - least + 1))
            .Select(length => (length, found: Fit(length))).Where(one => one.found is not null).ToList();
        if (fits.Count == 0)
            return null;
        var longest = fits[^1];
        return _hasTwins || Twins(longest.length) ? fits[0].found : longest.found;
    }

    /// <summary>Whether something before the last messages is the same as one that was published.</summary>
    private bool Twins(int length)
    {
        for (var back = length + 1; back <= Math.Min(_count, _tail.Length); back++)
        {
            if (_ours.Contains(At(back)))
                return true;
        }
        return _ours.Count < published.Count;
    }

    /// <summary>The messages of which the last ones of the queue are made; null where they are not, or a sure one is
    /// missing.</summary>
    private List<int>? Fit(int length)
    {
        var found = new List<int>(length);
        foreach (var one in published)
        {
            if (found.Count < length && At(length - found.Count) == one.Hash)
                found.Add(one.Ordinal);
            else if (one.IsSure)
                return null;
        }
        return found.Count == length ? found : null;
    }

    /// <param name="back">1 for the last message.</param>
    private UInt128 At(int back) => _tail[(int)((_count - back) % _tail.Length)];
}
