using System.Buffers;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Writes values in encodings that older servers, or those of the other vendor, know.</summary>
internal static class ValueEncoder
{
    /// <param name="value">The whole value, without its type.</param>
    /// <param name="isValkey">Whether a Valkey of 9.0 or later wrote it.</param>
    /// <param name="version">The version of the format that the target writes itself.</param>
    /// <returns>The value as it was when the target knows its type; null when no encoding of such a value is old
    /// enough.</returns>
    /// <exception cref="RdbException">The value is damaged.</exception>
    internal static EncodedValue? Encode(byte type, ReadOnlyMemory<byte> value, bool isValkey, int version)
    {
        var kind = RdbType.KindOf(type, isValkey);
        if (RdbType.IsKnownTo(version, type) && (kind is not null || type == RdbType.Module))
            return new EncodedValue(type, value, false);
        if (kind is null)
            return null;
        if (kind == ValueKind.Stream)
            return EncodeStream(type, value.Span, version);
        return Encode(ValueElements.Decode(type, value.Span, isValkey), version);
    }

    /// <summary>Writes anything but a stream in the newest plain encoding that the target knows.</summary>
    internal static EncodedValue Encode(ValueElements elements, int version)
    {
        var type = Choose(elements, version);
        var to = new ArrayBufferWriter<byte>((int)Math.Min(elements.Strings.Length + 64, Array.MaxLength));
        if (elements.Kind == ValueKind.String)
            RdbWriter.WriteString(to, elements.Strings[0]);
        else if (elements.Kind == ValueKind.SortedSet)
            WriteScored(to, elements, type);
        else if (elements.Kind == ValueKind.Hash)
            WriteFields(to, elements, type);
        else
            WriteStrings(to, elements.Strings);
        return new EncodedValue(type, to.WrittenMemory, elements.HasFieldExpiry && type == RdbType.Hash);
    }

    private static byte Choose(ValueElements elements, int version) => elements.Kind switch
    {
        ValueKind.String => RdbType.String,
        ValueKind.List => RdbType.List,
        ValueKind.Set => RdbType.Set,
        ValueKind.SortedSet when RdbType.IsKnownTo(version, RdbType.SortedSet) => RdbType.SortedSet,
        ValueKind.SortedSet => RdbType.SortedSetText,
        ValueKind.Hash when elements.HasFieldExpiry && RdbType.IsKnownTo(version, RdbType.ValkeyHash)
            => RdbType.ValkeyHash,
        ValueKind.Hash when elements.HasFieldExpiry && RdbType.IsKnownTo(version, RdbType.HashWithTtls)
            => RdbType.HashWithTtls,
        ValueKind.Hash => RdbType.Hash,
        _ => throw new ArgumentException("A stream keeps the bytes of its entries.", nameof(elements)),
    };

    private static void WriteStrings(IBufferWriter<byte> to, ByteStrings strings)
    {
        RdbWriter.WriteLength(to, (ulong)strings.Count);
        for (var at = 0; at < strings.Count; at++)
            RdbWriter.WriteString(to, strings[at]);
    }

    private static void WriteScored(IBufferWriter<byte> to, ValueElements elements, byte type)
    {
        RdbWriter.WriteLength(to, (ulong)elements.Strings.Count);
        for (var at = 0; at < elements.Strings.Count; at++)
        {
            RdbWriter.WriteString(to, elements.Strings[at]);
            if (type == RdbType.SortedSet)
                RdbWriter.WriteInt64(to, BitConverter.DoubleToInt64Bits(elements.Scores[at]));
            else
                RdbWriter.WriteScoreText(to, elements.Scores[at]);
        }
    }

    private static void WriteFields(IBufferWriter<byte> to, ValueElements elements, byte type)
    {
        var expiries = elements.FieldExpiries;
        var earliest = expiries.Where(one => one != ValueElements.Never).DefaultIfEmpty(0).Min();
        if (type == RdbType.HashWithTtls)
            RdbWriter.WriteInt64(to, earliest);
        RdbWriter.WriteLength(to, (ulong)elements.Strings.Count / 2);
        for (var at = 0; at < elements.Strings.Count; at += 2)
        {
            var expiry = expiries.Count == 0 ? ValueElements.Never : expiries[at / 2];
            if (type == RdbType.HashWithTtls)
                RdbWriter.WriteLength(to, expiry == ValueElements.Never ? 0 : (ulong)(expiry - earliest) + 1);
            RdbWriter.WriteString(to, elements.Strings[at]);
            RdbWriter.WriteString(to, elements.Strings[at + 1]);
            if (type == RdbType.ValkeyHash)
                RdbWriter.WriteInt64(to, expiry);
        }
    }

    /// <summary>The entries are the same bytes in all versions; only what follows them differs.</summary>
    private static EncodedValue? EncodeStream(byte type, ReadOnlySpan<byte> value, int version)
    {
        var older = RdbType.IsKnownTo(version, RdbType.Stream2) ? RdbType.Stream2 : RdbType.Stream1;
        if (!RdbType.IsKnownTo(version, older))
            return null;
        var entries = 0;
        if (!new ValueWalker("(ss)").Walk(value, ref entries, 0))
            throw RdbException.Ended(value.Length);
        var cursor = new ValueCursor(value[entries..]);
        var state = StreamState.Read(ref cursor, type);
        cursor.End();
        var to = new ArrayBufferWriter<byte>(value.Length);
        to.Write(value[..entries]);
        state.Write(to, older);
        return new EncodedValue(older, to.WrittenMemory, false);
    }
}
