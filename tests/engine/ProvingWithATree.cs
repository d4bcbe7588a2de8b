using Godwit.Engine.Receipts;

namespace Godwit.Tests.Engine;

/// <summary>Test vectors of Certificate Transparency's tree, which RFC 9162 keeps.</summary>
public sealed class ProvingWithATree
{
    private static readonly string[] Data =
    [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ];

    [Theory]
    [InlineData(0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData(1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d")]
    [InlineData(2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
    [InlineData(3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77")]
    [InlineData(7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c")]
    [InlineData(8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")]
    public void The_root_is_the_one_of_the_standard(int leaves, string root) =>
        Assert.Equal(
            root,
            Convert.ToHexStringLower(MerkleTree.Root(
                [.. Data.Take(leaves).Select(one => MerkleTree.Leaf(Convert.FromHexString(one)))])));
}
