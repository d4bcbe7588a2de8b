namespace Godwit.Cli.Demo.Audit;

/// <summary>What an audit found.</summary>
/// <param name="MovingWrites">Acknowledged writes of the moving tenant, by key.</param>
/// <param name="OtherWrites">Of all others.</param>
/// <param name="Compared">Rows and files that were read and compared.</param>
internal sealed record AuditReport(
    long MovingWrites, long OtherWrites, long Compared, IReadOnlyList<Finding> Findings)
{
    public bool IsClean => Findings.Count == 0;

    public int Count(FindingKind kind) => Findings.Count(one => one.Kind == kind);
}
