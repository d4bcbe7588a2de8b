namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Undoes the compression that Redis uses for longer strings in an RDB.</summary>
internal static class Lzf
{
    /// <summary>More than this many bytes no compressed byte can stand for: 3 bytes repeat at most 264.</summary>
    internal const int MostExpansion = 88;

    /// <summary>Fills <paramref name="plain"/> exactly.</summary>
    /// <returns>False when the compressed bytes are damaged or do not make exactly that many.</returns>
    internal static bool Decompress(ReadOnlySpan<byte> compressed, Span<byte> plain)
    {
        var from = 0;
        var to = 0;
        while (from < compressed.Length)
        {
            int control = compressed[from++];
            if (control < 32)
            {
                var literals = control + 1;
                if (literals > compressed.Length - from || literals > plain.Length - to)
                    return false;
                compressed.Slice(from, literals).CopyTo(plain[to..]);
                from += literals;
                to += literals;
                continue;
            }
            var length = control >> 5;
            if (length == 7)
            {
                if (from == compressed.Length)
                    return false;
                length += compressed[from++];
            }
            if (from == compressed.Length)
                return false;
            var distance = (((control & 31) << 8) | compressed[from++]) + 1;
            if (!Repeat(plain, to, distance, length + 2))
                return false;
            to += length + 2;
        }
        return to == plain.Length;
    }

    /// <summary>What is repeated may overlap what it makes: a distance of 1 repeats one byte.</summary>
    private static bool Repeat(Span<byte> plain, int to, int distance, int length)
    {
        if (distance > to || length > plain.Length - to)
            return false;
        if (distance >= length)
        {
            plain.Slice(to - distance, length).CopyTo(plain[to..]);
            return true;
        }
        for (var at = to; at < to + length; at++)
            plain[at] = plain[at - distance];
        return true;
    }
}
