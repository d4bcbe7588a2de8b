using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>What a course has shown.</summary>
internal sealed record Result(Course Course, IReadOnlyList<ResultRow> Rows) : ISection
{
    private const long MostBytes = 200 << 20;

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

    private string MemoryLine()
    {
        var own = Rows.Where(row => row.Contender == Contender.Godwit && row.Failure is null).ToArray();
        return own.Length == 0
            ? $"| peak memory | 200 MB | not measured | {Verdict.Of(reached: false)} |\n"
            : $"| peak memory | 200 MB | {own.Max(row => row.PeakBytes) >> 20} MB "
                + $"| {Verdict.Of(own.Max(row => row.PeakBytes) < MostBytes)} |\n";
    }

    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);
}
