namespace Godwit.Bench.Peers;

/// <summary>Numbers that a contender has shown one by one.</summary>
/// <param name="Contender">Who.</param>
/// <param name="What">What they are, with the unit.</param>
/// <param name="Values">In any order; at least one.</param>
internal sealed record Samples(string Contender, string What, IReadOnlyList<double> Values)
{
    internal double Median => At(0.5);

    internal double P95 => At(0.95);

    internal double P99 => At(0.99);

    internal double Most => Values.Max();

    /// <summary>The smallest number that a share of all do not pass.</summary>
    private double At(double share) => Values.Order().ElementAt((int)Math.Ceiling(share * Values.Count) - 1);
}
