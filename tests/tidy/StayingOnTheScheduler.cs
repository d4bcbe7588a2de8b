namespace Godwit.Tests.Tidy;

/// <summary>A simulation holds every continuation of the engine; one that leaves can no longer be replayed.</summary>
public sealed class StayingOnTheScheduler
{
    [Fact]
    public void The_engine_never_leaves_its_scheduler() => Rules.Keeps(NobodyLeaves);

    [Fact]
    public void Leaving_is_noticed() =>
        Rules.Notices(NobodyLeaves, ("src/engine/Copying/A.cs", "await a.ConfigureAwait(false);"));

    [Fact]
    public void A_connector_may_leave() =>
        Rules.Allows(NobodyLeaves, ("src/connectors/Kit/A.cs", "await a.ConfigureAwait(false);"));

    private static IEnumerable<Complaint> NobodyLeaves(House house) =>
        from file in house.CSharpUnder("src/engine")
        let at = file.Code.IndexOf("ConfigureAwait", StringComparison.Ordinal)
        where at >= 0
        select new Complaint(file.At(at), "ConfigureAwait leaves the simulated scheduler.", "Await the task as it is.");
}
