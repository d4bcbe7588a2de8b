using System.Globalization;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>All results as a document; what was lost is shown like what was won.</summary>
internal sealed class Report(Surroundings surroundings)
{
    private const long MostBytes = 200 << 20;

    private readonly List<Result> _results = [];

    private string Date => surroundings.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    internal void Add(Result result) => _results.Add(result);

    /// <returns>The path of the document.</returns>
    internal string Keep()
    {
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "bench", "results")).FullName;
        var path = Path.Combine(folder, $"peers-{Date}-{surroundings.Commit}.md");
        File.WriteAllText(path, Markdown());
        return path;
    }

    internal string Markdown()
    {
        var text = new StringBuilder();
        text.Append(
            $"""
            # Godwit beside its peers, {Date}, commit {surroundings.Commit}

            Machine: {string.Join("; ", surroundings.Machine)}.
            Tools: {string.Join("; ", surroundings.Tools)}.

            Medians; contenders took turns, each step in fresh processes, start included. Before each step the file
            system was synced; caches were warm. "sync" is what the file system had to write afterwards until the bytes
            were safe from a loss of power. Memory is the resident peak of all processes together. "wrong" counts
            records or files at the target that differ from the source at the end. How to repeat:
            [docs/how-to/measure.md](../../docs/how-to/measure.md). Compare ratios, not times of unlike machines.


            """);
        foreach (var result in _results)
            Append(text, result);
        return text.ToString().TrimEnd() + "\n";
    }

    private static void Append(StringBuilder text, Result result)
    {
        text.Append(
            $"""
            ## {result.Course.Title}

            | contender | step | seconds | from – to | sync | processor s | peak memory | wrong |
            |---|---|---:|---:|---:|---:|---:|---:|

            """);
        foreach (var row in result.Rows)
            text.Append(Line(row));
        text.Append("\n| aim | limit | reached | |\n|---|---:|---:|---|\n");
        foreach (var aim in result.Course.Aims)
            text.Append(Line(result, aim));
        text.Append(MemoryLine(result)).Append('\n');
    }

    private static string Line(ResultRow row) => row.Failure is { } failure
        ? $"| {Cell(row.Contender)} | {row.Step} | failed | {Cell(failure)} | | | | |\n"
        : string.Create(
            CultureInfo.InvariantCulture,
            $"| {Cell(row.Contender)} | {row.Step} | {row.Seconds:0.00} | {row.Fastest:0.00} – {row.Slowest:0.00} "
            + $"| {row.SyncSeconds:0.00} | {row.CpuSeconds:0.00} | {row.PeakBytes >> 20} MB | {row.Wrong} |\n");

    private static string Line(Result result, Aim aim)
    {
        var (own, peer) = (result.Find(Contender.Godwit, aim.Step), result.Find(aim.Peer, aim.PeerStep));
        var name = $"| {aim.Step}, beside {Cell(aim.Peer)} ({aim.PeerStep}) ";
        if (own is not { Failure: null, Wrong: 0 } || peer is not { Failure: null })
            return name + $"| {aim.Most:0.0} × | not measured | missed |\n";
        var ratio = own.Seconds / peer.Seconds;
        return name + string.Create(
            CultureInfo.InvariantCulture, $"| {aim.Most:0.0} × | {ratio:0.00} × | {Verdict(ratio <= aim.Most)} |\n");
    }

    private static string MemoryLine(Result result)
    {
        var own = result.Rows.Where(row => row.Contender == Contender.Godwit && row.Failure is null).ToArray();
        return own.Length == 0
            ? "| peak memory | 200 MB | not measured | missed |\n"
            : $"| peak memory | 200 MB | {own.Max(row => row.PeakBytes) >> 20} MB "
                + $"| {Verdict(own.Max(row => row.PeakBytes) < MostBytes)} |\n";
    }

    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal);

    private static string Verdict(bool reached) => reached ? "met" : "**missed**";
}
