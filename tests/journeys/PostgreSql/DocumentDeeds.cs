namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What is done with documents: short ones, and long ones whose text PostgreSQL stores apart.</summary>
internal sealed class DocumentDeeds(ShopHand hand)
{
    public IReadOnlyList<Func<OpenDeed, Task>> All =>
    [
        AddDocument, RetitleDocument, RewriteDocument, RewriteDocumentSeveralTimes, RekeyDocument, ReplaceDocument,
        DropDocument, SweepDocuments,
    ];

    private async Task AddDocument(OpenDeed deed)
    {
        var id = hand.FreshId();
        await deed.Write(
            $"INSERT INTO documents VALUES ($1, $2, $3, DEFAULT, {Body(5)}, '{{\"new\": 1.00}}', $4)", 1,
            id, deed.Tenant, "New", DateTime.MinValue.AddYears(2023), hand.Dice.Next(hand.LongestText));
        deed.Touch("documents", id.ToString());
    }

    /// <summary>Leaves the text that is stored apart untouched.</summary>
    private async Task RetitleDocument(OpenDeed deed)
    {
        if (hand.Pick("documents", deed) is { } id)
            await deed.Write("UPDATE documents SET title = $1 WHERE id = $2", 1, hand.Fresh(), Guid.Parse(id));
    }

    private async Task RewriteDocument(OpenDeed deed)
    {
        if (hand.Pick("documents", deed) is { } id)
            await deed.Write(
                $"UPDATE documents SET body = {Body(2)} WHERE id = $1", 1,
                Guid.Parse(id), hand.Dice.Next(hand.LongestText));
    }

    private async Task RewriteDocumentSeveralTimes(OpenDeed deed)
    {
        if (hand.Pick("documents", deed) is not { } id)
            return;
        await deed.Write("UPDATE documents SET title = title || '.' WHERE id = $1", 1, Guid.Parse(id));
        await deed.Write(
            $"UPDATE documents SET body = {Body(2)} WHERE id = $1", 1,
            Guid.Parse(id), hand.Dice.Next(Math.Min(400, hand.LongestText)));
        await deed.Write("UPDATE documents SET attributes = NULL WHERE id = $1", 1, Guid.Parse(id));
    }

    /// <summary>Changes the key and leaves the text that is stored apart untouched.</summary>
    private async Task RekeyDocument(OpenDeed deed)
    {
        if (hand.Pick("documents", deed) is not { } id)
            return;
        var rekeyed = hand.FreshId();
        await deed.Write("UPDATE documents SET id = $1 WHERE id = $2", 1, rekeyed, Guid.Parse(id));
        deed.Touch("documents", rekeyed.ToString());
    }

    private async Task ReplaceDocument(OpenDeed deed)
    {
        if (hand.Pick("documents", deed) is not { } id)
            return;
        await deed.Write("DELETE FROM documents WHERE id = $1", 1, Guid.Parse(id));
        await deed.Write(
            "INSERT INTO documents(id, tenant_id, title, changed) VALUES ($1, $2, 'Again', '2024-06-01')", 1,
            Guid.Parse(id), deed.Tenant);
    }

    private async Task DropDocument(OpenDeed deed)
    {
        if (hand.Dice.Says(0.5) && hand.Pick("documents", deed) is { } id)
            await deed.Write("DELETE FROM documents WHERE id = $1", 1, Guid.Parse(id));
    }

    /// <summary>Many rows by one statement.</summary>
    private async Task SweepDocuments(OpenDeed deed)
    {
        var ids = hand.PickMany("documents", 40, deed);
        await deed.Write(
            "UPDATE documents SET attributes = coalesce(attributes, '{}') || jsonb_build_object('swept', $1), "
                + "changed = changed + interval '1 microsecond' WHERE id = ANY($2)",
            ids.Count, hand.Dice.Next(1000), ids.Select(Guid.Parse).ToArray());
    }

    /// <summary>A text of some 32-byte parts; above about 60 of them it is stored apart.</summary>
    private string Body(int parameter) =>
        $"(SELECT string_agg(md5(part || '{hand.Fresh()}'), '') FROM generate_series(1, ${parameter}) part)";
}
