namespace Godwit.Connectors.Redis.Replication;

/// <summary>Compares keys by their bytes.</summary>
internal sealed class KeyBytes : IEqualityComparer<byte[]>
{
    internal static KeyBytes Comparer { get; } = new();

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(byte[] obj)
    {
        var hash = new HashCode();
        hash.AddBytes(obj);
        return hash.ToHashCode();
    }
}
