namespace Godwit.Tests.Tidy;

/// <summary>What a rule has to say about one place, and how to get out of it.</summary>
public sealed record Complaint(string Place, string What, string WayOut)
{
    public override string ToString() => $"{Place}: {What} {WayOut}";
}
