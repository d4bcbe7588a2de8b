using System.Globalization;
using System.Text.Json;
using Godwit.Core.Journals;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Receipts;

/// <summary>Writes the receipt of a migration from its journal.</summary>
public static class ReceiptWriter
{
    /// <returns>UTF-8 JSON; see docs/formats/receipt.md.</returns>
    /// <exception cref="Core.Problems.GodwitException">Nothing was planned yet.</exception>
    public static async Task<byte[]> Write(
        IJournal journal, ISigner signer, TimeProvider clock, CancellationToken cancellation)
    {
        var state = await MigrationState.Read(journal, cancellation);
        var planned = state.Planned ?? throw EngineProblems.NothingPlanned();
        var receipt = new Receipt(
            ReceiptText.Format,
            planned.Name,
            planned.RouteName,
            [.. planned.Moves.Select(one => new ReceiptMove(one.From, one.To, [.. one.Streams.Select(s => s.Scope)]))],
            Summary(state, clock),
            state.Units,
            state.Heads,
            Convert.ToBase64String(signer.PublicKey.Span),
            "");
        var signature = signer.Sign(Signed(receipt));
        return JsonSerializer.SerializeToUtf8Bytes(
            receipt with { Signature = Convert.ToBase64String(signature) }, ReceiptJson.Default.Receipt);
    }

    /// <summary>What the receipt's own signature covers: everything but itself.</summary>
    internal static byte[] Signed(Receipt receipt)
    {
        var fields = new List<string> { receipt.Format, receipt.Migration, receipt.Route };
        foreach (var move in receipt.Moves)
            fields.AddRange([move.From, move.To, .. move.Streams]);
        var summary = receipt.Summary;
        fields.AddRange(
        [
            summary.Phase, summary.Verdict, Text(summary.RecordsCopied), Text(summary.RecordsRepaired),
            Text(summary.LateWrites), Text(summary.Epoch), Text(summary.CutoverPauseMs),
            Text(summary.RollbackPauseMs), summary.At, Text(receipt.Units.Count), ReceiptText.Root(receipt.Units),
        ]);
        foreach (var head in receipt.Heads)
            fields.AddRange([head.Phase, head.At, Text(head.Size), head.Root, head.Signature]);
        fields.Add(receipt.PublicKey);
        return ReceiptText.Fields([.. fields]);
    }

    private static ReceiptSummary Summary(MigrationState state, TimeProvider clock) => new(
        state.Phase.ToString().ToLowerInvariant(), state.LastVerdict, state.RecordsCopied, state.RecordsRepaired,
        state.LateWrites, state.Epoch, state.CutoverPause?.TotalMilliseconds, state.RollbackPause?.TotalMilliseconds,
        Moment.Text(clock.GetUtcNow()));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
