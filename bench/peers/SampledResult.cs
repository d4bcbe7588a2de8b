using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>What a course has shown whose contenders are not timed as a whole.</summary>
/// <param name="Title">What was done, and where.</param>
/// <param name="Samples">A row each.</param>
/// <param name="Limits">What Godwit wants to reach here.</param>
internal sealed record SampledResult(string Title, IReadOnlyList<Samples> Samples, IReadOnlyList<Limit> Limits)
    : ISection
{
    public void AppendTo(StringBuilder text)
    {
        text.Append(
            $"""
            ## {Title}

            | contender | | median | p95 | p99 | most | samples |
            |---|---|---:|---:|---:|---:|---:|

            """);
        foreach (var one in Samples)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {one.Contender} | {one.What} | {Number(one.Median)} | {Number(one.P95)} | {Number(one.P99)} "
                + $"| {Number(one.Most)} | {one.Values.Count} |\n");
        }
        text.Append("\n| aim | limit | reached | |\n|---|---:|---:|---|\n");
        foreach (var limit in Limits)
            text.Append(Line(limit));
        text.Append('\n');
    }

    private string Line(Limit limit)
    {
        var name = $"| {limit.What}, {limit.Statistic} | {(limit.IsLeast ? "at least " : "")}{Number(limit.Most)} ";
        var own = Samples.FirstOrDefault(one => one.Contender == Contender.Godwit && one.What == limit.What);
        if (own is null)
            return name + $"| not measured | {Verdict.Of(reached: false)} |\n";
        var reached = limit.Of(own);
        return name + $"| {Number(reached)} | {Verdict.Of(limit.Allows(reached))} |\n";
    }

    private static string Number(double value) =>
        value.ToString(value < 10 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
