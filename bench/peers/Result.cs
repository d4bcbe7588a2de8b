using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>What a course has shown.</summary>
internal sealed record Result(Course Course, IReadOnlyList<ResultRow> Rows) : ISection
{
    public void AppendTo(StringBuilder text)
    {
        text.Append(
            $"""
            ## {Course.Title}

            | contender | step | seconds | from – to | sync | processor s | peak memory | wrong |
            |---|---|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var row in Rows)
            text.Append(Line(row));
        text.Append("\n| aim | limit | reached | |\n|---|---:|---:|---|\n");
        foreach (var aim in Course.Aims)
            text.Append(Line(aim));
        foreach (var pace in Course.Paces)
            text.Append(Line(pace));
        text.Append(MemoryLine()).Append('\n');
    }

    private ResultRow? Find(string contender, string step) =>
        Rows.FirstOrDefault(row => row.Contender == contender && row.Step == step);

    private static string Line(ResultRow row) => row.Failure is { } failure
        ? $"| {Cell(row.Contender)} | {row.Step} | failed | {Cell(failure)} | | | | |\n"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"| {Cell(row.Contender)} | {row.Step} | {row.Seconds:0.00} | {row.Fastest:0.00} – {row.Slowest:0.00} "
            + $"| {row.SyncSeconds:0.00} | {row.CpuSeconds:0.00} | {row.PeakBytes >> 20} MB | {row.Wrong} |\n");

    private string Line(Aim aim)
    {
        var (own, peer) = (Find(Contender.Godwit, aim.Step), Find(aim.Peer, aim.PeerStep));
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"| {aim.Step}, beside {Cell(aim.Peer)} ({aim.PeerStep}) | {aim.Most:0.0#} × ");
        if (own is not { Failure: null, Wrong: 0 } || peer is not { Failure: null })
            return name + $"| not measured | {Verdict.Of(reached: false)} |\n";
        var ratio = own.Seconds / peer.Seconds;
        return name + string.Create(
            CultureInfo.InvariantCulture, $"| {ratio:0.00} × | {Verdict.Of(ratio <= aim.Most)} |\n");
    }

    private string Line(Pace pace)
    {
        var step = Find(Contender.Godwit, pace.Step);
        var before = pace.Since is null ? null : Find(Contender.Godwit, pace.Since);
        var name = string.Create(CultureInfo.InvariantCulture, $"| {pace.What} | {pace.Least:N0} ");
        if (step is not { Failure: null, Wrong: 0 })
            return name + $"| not measured | {Verdict.Of(reached: false)} |\n";
        var reached = pace.Count / (step.Seconds - (before?.Seconds ?? 0));
        return name + string.Create(
            CultureInfo.InvariantCulture, $"| {reached:N0} | {Verdict.Of(reached >= pace.Least)} |\n");
    }

    private string MemoryLine()
    {
        var most = Course.MostMegabytes;
        var own = Rows.Where(row => row.Contender == Contender.Godwit && row.Failure is null).ToArray();
        return own.Length == 0
            ? $"| peak memory | {most} MB | not measured | {Verdict.Of(reached: false)} |\n"
            : $"| peak memory | {most} MB | {own.Max(row => row.PeakBytes) >> 20} MB "
                + $"| {Verdict.Of(own.Max(row => row.PeakBytes) >> 20 < most)} |\n";
    }

    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
