namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What is in a stream.</summary>
internal sealed class StreamElements
{
    private const int DeletedFlag = 1;
    private const int SameFieldsFlag = 2;

    private readonly List<StreamEntry> _entries = [];

    /// <summary>A stream without entries.</summary>
    /// <param name="most">Bytes that names and values may each have together.</param>
    internal StreamElements(int most = int.MaxValue) =>
        (Names, Values) = (new ByteStrings(most), new ByteStrings(most));

    /// <summary>In the order of their ids; deleted ones are left out.</summary>
    internal IReadOnlyList<StreamEntry> Entries => _entries;

    /// <summary>Names of fields, where the entries say; neighbours with the same fields share them.</summary>
    internal ByteStrings Names { get; }

    /// <summary>Values of fields, where the entries say.</summary>
    internal ByteStrings Values { get; }

    internal StreamState State { get; set; } = null!;

    /// <summary>Adds an entry whose names and values were added.</summary>
    internal void Add(StreamEntry entry) => _entries.Add(entry);

    internal static StreamElements Read(ref ValueCursor cursor, byte type, int most = int.MaxValue)
    {
        var elements = new StreamElements(most);
        for (var left = cursor.ReadCount(2); left > 0; left--)
        {
            var first = cursor.ReadString();
            if (first.Length != StreamId.Size)
                throw new RdbException("A stream has a node whose key is no id", cursor.Position);
            elements.ReadNode(StreamId.Read(first), new Listpack(cursor.ReadString()));
        }
        elements.State = StreamState.Read(ref cursor, type);
        return elements;
    }

    /// <summary>A node starts with the fields of its first entry, which entries with the same ones do not repeat, and
    /// with its first id, from which the others count.</summary>
    private void ReadNode(StreamId first, Listpack pack)
    {
        var left = pack.ReadNumber() + pack.ReadNumber();
        var sharedCount = Count(pack.ReadNumber(), pack);
        var shared = Names.Count;
        for (var field = 0; field < sharedCount; field++)
            pack.Read().AppendTo(Names);
        pack.ReadNumber();
        for (; !pack.IsAtEnd; left--)
        {
            var flags = pack.ReadNumber();
            var id = new StreamId(
                unchecked(first.Ms + (ulong)pack.ReadNumber()), unchecked(first.Sequence + (ulong)pack.ReadNumber()));
            var isSame = (flags & SameFieldsFlag) != 0;
            var fields = isSame ? sharedCount : Count(pack.ReadNumber(), pack);
            var entry = new StreamEntry(id, isSame ? shared : Names.Count, Values.Count, fields);
            for (var field = 0; field < fields; field++)
            {
                if (!isSame)
                    pack.Read().AppendTo(Names);
                pack.Read().AppendTo(Values);
            }
            pack.ReadNumber();
            if ((flags & DeletedFlag) == 0)
                _entries.Add(entry);
        }
        if (left != 0)
            throw new RdbException("A node of a stream has other entries than it says", 0);
        pack.CheckCount();
    }

    private static int Count(long number, in Listpack pack) => number >= 0 && number <= pack.Left
        ? (int)number
        : throw new RdbException($"An entry of a stream claims to have {number} fields", 0);
}
