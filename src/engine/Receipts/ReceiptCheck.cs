using System.Security.Cryptography;
using System.Text.Json;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Receipts;

/// <summary>Checks a receipt with nothing but the file and, to know who signed it, the signer's public key.</summary>
public static class ReceiptCheck
{
    /// <param name="json">The file.</param>
    /// <param name="expectedKey">The signer's key (DER SubjectPublicKeyInfo), or empty to trust the one in the
    /// file.</param>
    public static ReceiptVerdict Check(ReadOnlySpan<byte> json, ReadOnlySpan<byte> expectedKey)
    {
        Receipt receipt;
        try
        {
            receipt = JsonSerializer.Deserialize(json, ReceiptJson.Default.Receipt)
                ?? throw new JsonException("It is empty.");
        }
        catch (JsonException unreadable)
        {
            return Invalid(null, EngineProblems.ReceiptUnreadable(Printable.Text(unreadable.Message)));
        }
        try
        {
            var problem = FirstProblem(receipt, expectedKey);
            return problem is null ? Verdict(receipt, null) : Invalid(receipt, problem);
        }
        catch (Exception malformed) when (malformed is FormatException or CryptographicException
            or NullReferenceException or ArgumentException)
        {
            // A field is missing or is not what it should be: base64, a key, a number.
            return Invalid(null, EngineProblems.ReceiptUnreadable("A field is missing or malformed."));
        }
    }

    private static Problem? FirstProblem(Receipt receipt, ReadOnlySpan<byte> expectedKey)
    {
        if (receipt.Format != ReceiptText.Format)
            return EngineProblems.ReceiptUnreadable($"Its format is '{Printable.Text(receipt.Format)}'.");
        var key = Convert.FromBase64String(receipt.PublicKey);
        if (!expectedKey.IsEmpty && !expectedKey.SequenceEqual(key))
            return EngineProblems.ReceiptOfAnotherKey();
        using var signer = ECDsa.Create();
        signer.ImportSubjectPublicKeyInfo(key, out _);
        for (var i = 0; i < receipt.Heads.Count; i++)
        {
            if (!IsGood(receipt, receipt.Heads[i], i == 0 ? 0 : receipt.Heads[i - 1].Size, signer))
                return EngineProblems.ReceiptChanged($"head {i + 1} ({Printable.Text(receipt.Heads[i].Phase)})");
        }
        return signer.VerifyData(
            ReceiptWriter.Signed(receipt), Convert.FromBase64String(receipt.Signature), HashAlgorithmName.SHA256)
            ? null
            : EngineProblems.ReceiptChanged("the receipt as a whole");
    }

    /// <summary>A head covers the units before it, and more of them than the head before: nothing was
    /// rewritten.</summary>
    private static bool IsGood(Receipt receipt, HeadFact head, int atLeast, ECDsa signer) =>
        head.Size >= atLeast
        && head.Size <= receipt.Units.Count
        && head.Root == ReceiptText.Root(receipt.Units.Take(head.Size))
        && signer.VerifyData(
            ReceiptText.Head(receipt.Migration, head),
            Convert.FromBase64String(head.Signature),
            HashAlgorithmName.SHA256);

    private static ReceiptVerdict Invalid(Receipt? receipt, Problem problem) => Verdict(receipt, problem);

    private static ReceiptVerdict Verdict(Receipt? receipt, Problem? problem) => new(
        problem is null,
        problem,
        Printable.Text(receipt?.Migration ?? ""),
        Printable.Text(receipt?.Summary.Verdict ?? ""),
        receipt?.Units.Count ?? 0,
        receipt is null ? "" : Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(receipt.PublicKey))));
}
