namespace Godwit.Connectors.Redis.Commands;

/// <summary>A pattern for keys, byte by byte, with the same meaning as in KEYS, SCAN … MATCH and ACL rules of Redis:
/// <c>*</c>, <c>?</c>, <c>[a-z]</c>, <c>[^x]</c>, and <c>\</c> before what stands for itself.</summary>
internal sealed class KeyPattern
{
    private readonly byte[] _pattern;
    private readonly byte[] _lead;
    private readonly Shape _shape;

    public KeyPattern(ReadOnlySpan<byte> pattern)
    {
        _pattern = pattern.ToArray();
        var lead = new List<byte>();
        var rest = TakeLead(pattern, lead);
        _lead = [.. lead];
        // A lone star matches all keys, the empty one too; so Redis has it, apart from its other patterns.
        _shape = rest.IsEmpty ? Shape.Literal
            : rest.ContainsAnyExcept((byte)'*') || (rest.Length > 1 && lead.Count == 0) ? Shape.Any
            : Shape.Prefix;
    }

    private enum Shape
    {
        Literal,
        Prefix,
        Any,
    }

    /// <summary>What each key that matches starts with.</summary>
    public ReadOnlySpan<byte> Lead => _lead;

    /// <summary>It matches all keys with its lead, and no others: <c>tenant:7:*</c>.</summary>
    public bool IsPrefix => _shape == Shape.Prefix;

    public bool Matches(ReadOnlySpan<byte> key) => _shape switch
    {
        Shape.Literal => key.SequenceEqual(_lead),
        Shape.Prefix => key.StartsWith(_lead),
        _ => key.StartsWith(_lead) && MatchesAll(_pattern, key),
    };

    /// <summary>A key that matches, with a star where any text may be: whoever may use it by a rule with patterns may
    /// use all that match, unless the rule was made for this one.</summary>
    /// <returns>Null where none was found.</returns>
    public byte[]? Example()
    {
        var example = new List<byte>();
        for (var part = 0; part < _pattern.Length;)
        {
            var begin = part;
            if (_pattern[part] is (byte)'*' or (byte)'?')
            {
                example.Add(_pattern[part++]);
                continue;
            }
            byte each = 0;
            while (!MatchesOne(_pattern, ref part, each) && each++ < byte.MaxValue)
                part = begin;
            example.Add(each);
        }
        return Matches([.. example]) ? [.. example] : null;
    }

    /// <summary>Whether a key can match both.</summary>
    /// <returns>Exact if each is a prefix or a key; of other patterns only their leads are compared, and true means
    /// "perhaps".</returns>
    public bool MayOverlap(KeyPattern other)
    {
        if (_shape == Shape.Literal)
            return other.Matches(_lead);
        if (other._shape == Shape.Literal)
            return Matches(other._lead);
        return Lead.StartsWith(other.Lead) || other.Lead.StartsWith(Lead);
    }

    private static ReadOnlySpan<byte> TakeLead(ReadOnlySpan<byte> pattern, List<byte> lead)
    {
        while (!pattern.IsEmpty && !"*?["u8.Contains(pattern[0]))
        {
            if (pattern.Length > 1 && pattern[0] == '\\')
                pattern = pattern[1..];
            lead.Add(pattern[0]);
            pattern = pattern[1..];
        }
        return pattern;
    }

    /// <remarks>Each part but a star takes one byte. So it is enough to try again after the last star.</remarks>
    private static bool MatchesAll(ReadOnlySpan<byte> pattern, ReadOnlySpan<byte> key)
    {
        var (at, part) = (0, 0);
        var (retryAt, retryPart) = (0, -1);
        if (key.IsEmpty)
            return pattern.IsEmpty;
        while (at < key.Length)
        {
            if (part < pattern.Length && pattern[part] == '*')
            {
                (retryAt, retryPart) = (at, ++part);
            }
            else if (part < pattern.Length && MatchesOne(pattern, ref part, key[at]))
            {
                at++;
            }
            else if (retryPart >= 0)
            {
                (at, part) = (++retryAt, retryPart);
            }
            else
            {
                return false;
            }
        }
        return !pattern[part..].ContainsAnyExcept((byte)'*');
    }

    /// <summary>Goes past one part of the pattern, whether it matches or not.</summary>
    private static bool MatchesOne(ReadOnlySpan<byte> pattern, ref int part, byte each)
    {
        if (pattern[part] == '[')
            return MatchesClass(pattern, ref part, each);
        if (pattern[part] == '?')
        {
            part++;
            return true;
        }
        if (pattern[part] == '\\' && part + 1 < pattern.Length)
            part++;
        return pattern[part++] == each;
    }

    // A class that is not closed ends with the pattern.
    private static bool MatchesClass(ReadOnlySpan<byte> pattern, ref int part, byte each)
    {
        part++;
        var isNegated = part < pattern.Length && pattern[part] == '^';
        if (isNegated)
            part++;
        var isIn = false;
        while (part < pattern.Length && pattern[part] != ']')
        {
            var (low, high) = TakeRange(pattern, ref part);
            isIn |= each >= Math.Min(low, high) && each <= Math.Max(low, high);
        }
        part = Math.Min(part + 1, pattern.Length);
        return isIn != isNegated;
    }

    private static (byte Low, byte High) TakeRange(ReadOnlySpan<byte> pattern, ref int part)
    {
        var low = pattern[part];
        var high = low;
        if (low == '\\' && part + 1 < pattern.Length)
            low = high = pattern[++part];
        else if (part + 2 < pattern.Length && pattern[part + 1] == '-')
            high = pattern[part += 2];
        part++;
        return (low, high);
    }
}
