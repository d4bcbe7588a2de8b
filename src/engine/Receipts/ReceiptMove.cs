namespace Godwit.Engine.Receipts;

/// <summary>One move.</summary>
internal sealed record ReceiptMove(string From, string To, IReadOnlyList<string> Streams);
