using System.Security.Cryptography;
using Godwit.Engine.Receipts;

namespace Godwit.Tests.Simulation;

/// <summary>Signs the same way every time: a seed must replay the same life.</summary>
internal sealed class PlainSigner : ISigner
{
    public ReadOnlyMemory<byte> PublicKey => "plain"u8.ToArray();

    public byte[] Sign(ReadOnlySpan<byte> data) => SHA256.HashData(data);
}
