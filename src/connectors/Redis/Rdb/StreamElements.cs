namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What is in a stream.</summary>
internal sealed class StreamElements
{
    private const int DeletedFlag = 1;
    private const int SameFieldsFlag = 2;

    private readonly List<StreamEntry> _entries = [];

    private StreamElements()
    {
    }

    /// <summary>In the order of their ids; deleted ones are left out.</summary>
    internal IReadOnlyList<StreamEntry> Entries => _entries;

    /// <summary>Names of fields, where the entries say; neighbours with the same fields share them.</summary>
    internal ByteStrings Names { get; } = new();

    /// <summary>Values of fields, where the entries say.</summary>
    internal ByteStrings Values { get; } = new();

    internal StreamState State { get; private set; } = null!;

    internal static StreamElements Read(ref ValueCursor cursor, byte type)
    {
        var elements = new StreamElements();
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
