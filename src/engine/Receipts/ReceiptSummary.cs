namespace Godwit.Engine.Receipts;

/// <summary>The end in short; covered by the receipt's own signature.</summary>
internal sealed record ReceiptSummary(
    string Phase, string Verdict, long RecordsCopied, long RecordsRepaired, long LateWrites, long Epoch,
    double? CutoverPauseMs, double? RollbackPauseMs, string At);
