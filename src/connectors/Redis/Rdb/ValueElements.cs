namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A value as its users see it, whatever its encoding: what it is and what is in it.</summary>
internal sealed class ValueElements
{
    /// <summary>The expiry of a field that has none.</summary>
    internal const long Never = -1;

    private readonly List<double> _scores = [];
    private readonly List<long> _fieldExpiries = [];

    /// <summary>A value that nothing is in yet.</summary>
    /// <param name="most">Bytes that its strings may have together.</param>
    internal ValueElements(ValueKind kind, int most = int.MaxValue) =>
        (Kind, Strings) = (kind, new ByteStrings(most));

    internal ValueKind Kind { get; }

    /// <summary>The string; the list's elements in order; the members of the set; each field of the hash and then its
    /// value; the members of the sorted set. Empty for a stream.</summary>
    internal ByteStrings Strings { get; }

    /// <summary>Scores of the sorted set's members, in their order.</summary>
    internal IReadOnlyList<double> Scores => _scores;

    /// <summary>When each field of the hash expires, milliseconds since 1970, or <see cref="Never"/>; empty when the
    /// encoding knows no expiry of fields.</summary>
    internal IReadOnlyList<long> FieldExpiries => _fieldExpiries;

    /// <summary>Whether a field of the hash expires.</summary>
    internal bool HasFieldExpiry => _fieldExpiries.Exists(one => one != Never);

    /// <summary>What is in the stream; null for everything else.</summary>
    internal StreamElements? Stream { get; set; }

    /// <param name="type">A value of <see cref="RdbType"/>.</param>
    /// <param name="value">The whole value, without its type.</param>
    /// <param name="isValkey">Whether a Valkey of 9.0 or later wrote it.</param>
    /// <param name="most">Bytes that its strings may have together, decoded.</param>
    /// <exception cref="RdbException">It is damaged.</exception>
    /// <exception cref="ValueTooLongException">It has more bytes than it may.</exception>
    /// <exception cref="UnknownRdbTypeException">Nothing is known of such values, as of those of modules.</exception>
    internal static ValueElements Decode(
        byte type, ReadOnlySpan<byte> value, bool isValkey, int most = int.MaxValue)
    {
        if (RdbType.KindOf(type, isValkey) is not { } kind)
            throw new UnknownRdbTypeException(type, [], 0);
        var elements = new ValueElements(kind, most);
        var cursor = new ValueCursor(value, most);
        elements.Read(type, most, ref cursor);
        cursor.End();
        return elements;
    }

    /// <summary>Adds a member of a sorted set.</summary>
    internal void AddScored(ReadOnlySpan<byte> member, double score)
    {
        Strings.Add(member);
        _scores.Add(score);
    }

    /// <summary>Adds a field of a hash.</summary>
    /// <param name="expires">Milliseconds since 1970, or <see cref="Never"/>.</param>
    internal void AddField(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value, long expires)
    {
        Strings.Add(field);
        Strings.Add(value);
        _fieldExpiries.Add(expires);
    }

    private void Read(byte type, int most, ref ValueCursor cursor)
    {
        switch (type)
        {
            case RdbType.String:
                cursor.ReadString(Strings);
                break;
            case RdbType.List or RdbType.Set:
                ReadStrings(ref cursor, 1);
                break;
            case RdbType.Hash:
                ReadStrings(ref cursor, 2);
                break;
            case RdbType.SortedSetText or RdbType.SortedSet:
                ReadScored(ref cursor, type == RdbType.SortedSetText);
                break;
            case RdbType.ListOfZiplists or RdbType.ListOfListpacks:
                ReadNodes(ref cursor, type);
                break;
            case RdbType.ValkeyHash or RdbType.HashWithTtls:
                ReadExpiringFields(ref cursor, type);
                break;
            case RdbType.HashListpackWithTtls:
                ReadExpiringListpack(ref cursor);
                break;
            case RdbType.Stream1 or RdbType.Stream2 or RdbType.Stream3:
                Stream = StreamElements.Read(ref cursor, type, most);
                break;
            default:
                ReadPacked(ref cursor, type);
                break;
        }
    }

    private void ReadStrings(ref ValueCursor cursor, int perElement)
    {
        for (var left = perElement * cursor.ReadCount(perElement); left > 0; left--)
            cursor.ReadString(Strings);
    }

    private void ReadScored(ref ValueCursor cursor, bool isText)
    {
        for (var left = cursor.ReadCount(2); left > 0; left--)
        {
            cursor.ReadString(Strings);
            _scores.Add(isText ? ReadScoreText(ref cursor) : cursor.ReadDouble());
        }
    }

    private static double ReadScoreText(ref ValueCursor cursor)
    {
        var length = cursor.ReadByte();
        return length switch
        {
            ScoreText.NotANumber => double.NaN,
            ScoreText.PlusInfinity => double.PositiveInfinity,
            ScoreText.MinusInfinity => double.NegativeInfinity,
            _ => ToScore(cursor.ReadBytes(length)),
        };
    }

    private static double ToScore(ReadOnlySpan<byte> text) =>
        ScoreText.TryRead(text, out var score) ? score : throw new RdbException("A score is no number", 0);

    private void ReadNodes(ref ValueCursor cursor, byte type)
    {
        const ulong plainNode = 1;
        const ulong packedNode = 2;
        for (var left = cursor.ReadCount(1); left > 0; left--)
        {
            var container = type == RdbType.ListOfListpacks ? cursor.ReadLength() : packedNode;
            if (container == plainNode)
                cursor.ReadString(Strings);
            else if (container != packedNode)
                throw new RdbException($"A list has a node of kind {container}, which means nothing", cursor.Position);
            else if (type == RdbType.ListOfListpacks)
                Listpack.AppendAll(cursor.ReadString(), Strings);
            else
                Packed.AppendZiplist(cursor.ReadString(), Strings);
        }
    }

    /// <summary>Redis counts from the earliest expiry, which comes first, 0 for none; Valkey writes times.</summary>
    private void ReadExpiringFields(ref ValueCursor cursor, byte type)
    {
        var earliest = type == RdbType.HashWithTtls ? cursor.ReadInt64() : 0;
        for (var left = cursor.ReadCount(3); left > 0; left--)
        {
            var relative = type == RdbType.HashWithTtls ? cursor.ReadLength() : 0;
            cursor.ReadString(Strings);
            cursor.ReadString(Strings);
            if (type == RdbType.ValkeyHash)
                _fieldExpiries.Add(cursor.ReadInt64());
            else
                _fieldExpiries.Add(relative == 0 ? Never : earliest + (long)(relative - 1));
        }
    }

    private void ReadExpiringListpack(ref ValueCursor cursor)
    {
        cursor.ReadInt64();
        var pack = new Listpack(cursor.ReadString());
        while (!pack.IsAtEnd)
        {
            pack.Read().AppendTo(Strings);
            pack.Read().AppendTo(Strings);
            var expiry = pack.ReadNumber();
            _fieldExpiries.Add(expiry == 0 ? Never : expiry);
        }
        pack.CheckCount();
    }

    private void ReadPacked(ref ValueCursor cursor, byte type)
    {
        var bytes = cursor.ReadString();
        var strings = Kind == ValueKind.SortedSet ? new ByteStrings() : Strings;
        if (type is RdbType.ListZiplist or RdbType.HashZiplist or RdbType.SortedSetZiplist)
            Packed.AppendZiplist(bytes, strings);
        else if (type == RdbType.SetIntset)
            Packed.AppendIntset(bytes, strings);
        else if (type == RdbType.HashZipmap)
            Packed.AppendZipmap(bytes, strings);
        else
            Listpack.AppendAll(bytes, strings);
        if (Kind is ValueKind.Hash or ValueKind.SortedSet && strings.Count % 2 != 0)
            throw new RdbException("The last of the pairs is only half there", cursor.Position);
        for (var at = 0; Kind == ValueKind.SortedSet && at < strings.Count; at += 2)
        {
            Strings.Add(strings[at]);
            _scores.Add(ToScore(strings[at + 1]));
        }
    }
}
