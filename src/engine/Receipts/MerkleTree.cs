using System.Security.Cryptography;

namespace Godwit.Engine.Receipts;

/// <summary>Merkle tree hashes as in RFC 9162, section 2.1.1: leaves prefixed with 0x00, nodes with 0x01.</summary>
internal static class MerkleTree
{
    internal static byte[] Leaf(ReadOnlySpan<byte> data)
    {
        var prefixed = new byte[data.Length + 1];
        data.CopyTo(prefixed.AsSpan(1));
        return SHA256.HashData(prefixed);
    }

    /// <summary>The root over leaf hashes in order; SHA-256 of nothing for an empty tree.</summary>
    internal static byte[] Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.IsEmpty)
            return SHA256.HashData([]);
        if (leaves.Length == 1)
            return leaves[0];
        var split = 1;
        while (split * 2 < leaves.Length)
            split *= 2;
        Span<byte> node = stackalloc byte[65];
        node[0] = 1;
        Root(leaves[..split]).CopyTo(node[1..]);
        Root(leaves[split..]).CopyTo(node[33..]);
        return SHA256.HashData(node);
    }
}
