using System.Text;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Names of commands: bytes in which capitals do not count.</summary>
internal sealed class CommandName : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private const uint Start = 2166136261;
    private const uint Factor = 16777619;

    private CommandName()
    {
    }

    public static CommandName Comparer { get; } = new();

    public static byte[] Of(string name) => Encoding.UTF8.GetBytes(name);

    public static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(word, name);

    public bool Equals(byte[]? x, byte[]? y) => x is null ? y is null : y is not null && Same(x, y);

    public int GetHashCode(byte[] obj) => GetHashCode((ReadOnlySpan<byte>)obj);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => Same(alternate, other);

    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = Start;
        foreach (var each in alternate)
            hash = (hash ^ Lower(each)) * Factor;
        return (int)hash;
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    // Bytes above 127 are compared as they are: Ascii.EqualsIgnoreCase would call them different from themselves.
    private static bool Same(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
            return false;
        for (var i = 0; i < left.Length; i++)
        {
            if (Lower(left[i]) != Lower(right[i]))
                return false;
        }
        return true;
    }

    private static byte Lower(byte each) => char.IsAsciiLetterUpper((char)each) ? (byte)(each | 0x20) : each;
}
