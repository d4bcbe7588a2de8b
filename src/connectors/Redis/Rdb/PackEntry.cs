namespace Godwit.Connectors.Redis.Rdb;

/// <summary>An entry of a listpack or a ziplist: bytes, or a number that was short enough to be kept as one.</summary>
internal readonly ref struct PackEntry
{
    internal PackEntry(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    internal PackEntry(long number) => (Number, IsNumber) = (number, true);

    internal ReadOnlySpan<byte> Bytes { get; }

    internal long Number { get; }

    internal bool IsNumber { get; }

    internal void AppendTo(ByteStrings strings)
    {
        if (IsNumber)
            strings.Add(Number);
        else
            strings.Add(Bytes);
    }
}
