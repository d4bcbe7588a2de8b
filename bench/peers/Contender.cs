namespace Godwit.Bench.Peers;

/// <summary>A tool that does the work.</summary>
/// <param name="Name">As people know it.</param>
/// <param name="Reset">Makes everything as if it had never run; not measured.</param>
/// <param name="Steps">In order; after one that fails the rest is left out.</param>
internal sealed record Contender(string Name, Action Reset, params Step[] Steps)
{
    internal const string Godwit = "Godwit";
}
