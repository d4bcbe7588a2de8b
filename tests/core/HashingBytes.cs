using System.Text;
using Godwit.Core.Digests;

namespace Godwit.Tests.CoreWords;

public sealed class HashingBytes
{
    private const ulong Prime32 = 2654435761;
    private const ulong Prime64 = 11400714785074694797;

    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("abcdefghijklmnopqrstuvwxyz", 0xCFE1F278FA89835C)]
    [InlineData("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xAAA46907D3047814)]
    [InlineData("The quick brown fox jumps over the lazy dog", 0x0B242D361FDA71BC)]
    public void The_hash_is_the_published_one(string text, ulong hash) =>
        Assert.Equal(hash, XxHash64.Hash(Encoding.ASCII.GetBytes(text)));

    /// <summary>The buffer of xxHash's own sanity check, at each of its lengths.</summary>
    [Theory]
    [InlineData(0, 0xEF46DB3751D8E999)]
    [InlineData(1, 0xE934A84ADB052768)]
    [InlineData(4, 0x9136A0DCA57457EE)]
    [InlineData(14, 0x8282DCC4994E35C8)]
    [InlineData(222, 0xB641AE8CB691C174)]
    public void The_hash_passes_the_sanity_check_of_its_authors(int length, ulong hash) =>
        Assert.Equal(hash, XxHash64.Hash(Sanity(length)));

    [Fact]
    public void Every_length_and_every_bit_matters()
    {
        var hashes = new HashSet<ulong>();
        for (var length = 0; length <= 100; length++)
            Assert.True(hashes.Add(XxHash64.Hash(new byte[length])));
        for (var bit = 0; bit < 100 * 8; bit++)
        {
            var bytes = new byte[100];
            bytes[bit / 8] = (byte)(1 << (bit % 8));
            Assert.True(hashes.Add(XxHash64.Hash(bytes)));
        }
    }

    private static byte[] Sanity(int length)
    {
        var (bytes, generator) = (new byte[length], Prime32);
        for (var i = 0; i < length; i++)
        {
            bytes[i] = (byte)(generator >> 56);
            generator = unchecked(generator * Prime64);
        }
        return bytes;
    }
}
