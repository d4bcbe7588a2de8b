namespace Godwit.Bench.Peers;

/// <summary>What Godwit wants not to pass.</summary>
/// <param name="What">Of which of its samples.</param>
/// <param name="Statistic">Which number of them, as the table's head calls it.</param>
/// <param name="Of">That number.</param>
/// <param name="Most">What is just good enough.</param>
internal sealed record Limit(string What, string Statistic, Func<Samples, double> Of, double Most)
{
    /// <summary>Whether less is worse, and <see cref="Most"/> the least that is good enough.</summary>
    internal bool IsLeast { get; private init; }

    internal static Limit Median(string what, double most) => new(what, "median", one => one.Median, most);

    internal static Limit P99(string what, double most) => new(what, "p99", one => one.P99, most);

    internal static Limit P95(string what, double most) => new(what, "p95", one => one.P95, most);

    internal static Limit Worst(string what, double most) => new(what, "most", one => one.Most, most);

    internal static Limit LeastMedian(string what, double least) =>
        new(what, "median", one => one.Median, least) { IsLeast = true };

    internal bool Allows(double reached) => IsLeast ? reached >= Most : reached <= Most;
}
