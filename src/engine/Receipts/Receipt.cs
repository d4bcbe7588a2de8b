using Godwit.Engine.Journal;

namespace Godwit.Engine.Receipts;

/// <summary>The file that people keep: what was moved and verified, and the signatures over it.</summary>
internal sealed record Receipt(
    string Format,
    string Migration,
    string Route,
    IReadOnlyList<ReceiptMove> Moves,
    ReceiptSummary Summary,
    IReadOnlyList<VerifiedUnit> Units,
    IReadOnlyList<HeadFact> Heads,
    string PublicKey,
    string Signature);
