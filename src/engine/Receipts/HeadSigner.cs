using Godwit.Engine.Journal;

namespace Godwit.Engine.Receipts;

/// <summary>Signs the tree over everything verified so far, whenever the migration enters a phase that people rely
/// on.</summary>
internal sealed class HeadSigner(MigrationJournal journal, ISigner signer, TimeProvider clock)
{
    internal async Task Sign(string phase, CancellationToken cancellation)
    {
        var units = journal.State.Units;
        if (journal.State.Heads.Count > 0 && journal.State.Heads[^1].Phase == phase
            && journal.State.Heads[^1].Size == units.Count)
            return;
        var head = new HeadFact(phase, Moment.Text(clock.GetUtcNow()), units.Count, ReceiptText.Root(units), "");
        var signature = signer.Sign(ReceiptText.Head(journal.State.Name ?? "", head));
        await journal.Append(
            FactKind.Head, head with { Signature = Convert.ToBase64String(signature) }, cancellation);
    }
}
