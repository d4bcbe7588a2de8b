using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Receipts;

/// <summary>What is hashed and signed, byte for byte; see docs/formats/receipt.md.</summary>
internal static class ReceiptText
{
    internal const string Format = "godwit-receipt/1";

    /// <summary>The leaf of a unit: its fields in order, each as a length (four bytes big-endian) and UTF-8.</summary>
    internal static byte[] Leaf(VerifiedUnit unit) => Fields(
        unit.Move, unit.Stream, unit.Unit, unit.Records.ToString(CultureInfo.InvariantCulture), unit.Source,
        unit.Target, unit.Position, unit.Verdict, unit.At);

    /// <summary>What the signature of a head covers.</summary>
    internal static byte[] Head(string migration, HeadFact head) => Fields(
        Format, migration, head.Phase, head.At, head.Size.ToString(CultureInfo.InvariantCulture), head.Root);

    internal static string Root(IEnumerable<VerifiedUnit> units)
    {
        var leaves = units.Select(unit => MerkleTree.Leaf(Leaf(unit))).ToArray();
        return Convert.ToHexStringLower(MerkleTree.Root(leaves));
    }

    internal static byte[] Fields(params ReadOnlySpan<string> fields)
    {
        using var stream = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var field in fields)
        {
            var bytes = Encoding.UTF8.GetBytes(field);
            BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
            stream.Write(length);
            stream.Write(bytes);
        }
        return stream.ToArray();
    }
}
