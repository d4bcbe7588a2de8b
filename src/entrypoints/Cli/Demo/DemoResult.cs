using System.Text.Json.Nodes;
using Godwit.Cli.Demo.Audit;

namespace Godwit.Cli.Demo;

/// <summary>What a demonstration has shown.</summary>
internal sealed record DemoResult
{
    public required int Seed { get; init; }

    public required AuditReport Audit { get; init; }

    public required double? CutoverPauseMs { get; init; }

    public required double? RollbackPauseMs { get; init; }

    /// <summary>As the writers saw it: the longest time without an acknowledgement for one of them.</summary>
    public required long LongestWaitMs { get; init; }

    public required long RowsCopied { get; init; }

    public required long FilesCopied { get; init; }

    /// <summary>What Godwit itself said last: equal, different or undecided.</summary>
    public required string Verdict { get; init; }

    public required bool ReceiptValid { get; init; }

    public required TimeSpan Took { get; init; }

    public bool IsGood => Audit.IsClean && Verdict == "equal" && ReceiptValid;

    public JsonObject Json(string? receipt)
    {
        var json = new JsonObject
        {
            ["seed"] = Seed,
            ["acknowledged_writes"] = Audit.MovingWrites,
            ["lost"] = Audit.Count(FindingKind.Lost),
            ["duplicated"] = Audit.Count(FindingKind.Duplicated),
            ["other_tenants_changed"] = Audit.Count(FindingKind.OtherTenant),
            ["other_tenants_writes"] = Audit.OtherWrites,
            ["cutover_pause_ms"] = CutoverPauseMs,
            ["rollback_pause_ms"] = RollbackPauseMs,
            ["longest_wait_ms"] = LongestWaitMs,
            ["rows_copied"] = RowsCopied,
            ["files_copied"] = FilesCopied,
            ["verdict"] = Verdict,
            ["receipt"] = receipt,
            ["receipt_valid"] = ReceiptValid,
            ["seconds"] = Math.Round(Took.TotalSeconds, 1),
        };
        if (!Audit.IsClean)
            json["findings"] = new JsonArray([.. Shown.Select(one => (JsonNode)one)]);
        return json;
    }

    /// <summary>The first findings, for people.</summary>
    public IEnumerable<string> Shown => Audit.Findings.Take(10)
        .Select(one => $"{one.Kind.ToString().ToLowerInvariant()}{(one.Where is { } at ? $" at {at}" : "")}: "
            + Core.Problems.Printable.Text(one.What));
}
