namespace Godwit.Tests.Servers;

/// <summary>Changes one byte of what flows by: the first of a sequence, wherever that comes.</summary>
/// <param name="sequence">Must not overlap with itself.</param>
/// <param name="first">What its first byte becomes.</param>
internal sealed class BytePatch(byte[] sequence, byte first)
{
    private byte[] _held = [];

    /// <summary>A string's key in a snapshot becomes one of a type, or follows a word, that nobody knows.</summary>
    public static BytePatch OfStringsType(string key, byte type) =>
        new([0, (byte)key.Length, .. System.Text.Encoding.ASCII.GetBytes(key)], type);

    /// <summary>What may be passed on. An end that may be the beginning of the sequence is held back.</summary>
    public byte[] Pass(ReadOnlySpan<byte> bytes)
    {
        byte[] all = [.. _held, .. bytes];
        for (var at = 0; all.AsSpan(at).IndexOf(sequence) is >= 0 and var found; at += found + sequence.Length)
            all[at + found] = first;
        var kept = Math.Min(all.Length, sequence.Length - 1);
        while (!sequence.AsSpan().StartsWith(all.AsSpan(all.Length - kept)))
            kept--;
        _held = all[^kept..];
        return all[..^kept];
    }
}
