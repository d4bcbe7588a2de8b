using Godwit.Core.Problems;

namespace Godwit.Engine.Receipts;

/// <summary>What checking a receipt found.</summary>
/// <param name="Valid">Every hash and signature is as it should be.</param>
/// <param name="Problem">What is not; null when valid.</param>
/// <param name="Migration">Whose receipt it says it is; empty when it could not be read.</param>
/// <param name="Verdict">What the receipt says of the data; empty when it could not be read.</param>
/// <param name="Units">How many verified units it holds.</param>
/// <param name="KeyFingerprint">SHA-256 of the public key in hexadecimal: compare it with the signer's.</param>
public sealed record ReceiptVerdict(
    bool Valid, Problem? Problem, string Migration, string Verdict, int Units, string KeyFingerprint);
