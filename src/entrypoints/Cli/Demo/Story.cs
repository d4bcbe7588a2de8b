using Godwit.Cli.Demo.Audit;
using Godwit.Cli.Output;

namespace Godwit.Cli.Demo;

/// <summary>Tells what happens, in few lines, each with the seconds since the start.</summary>
internal sealed class Story(Report report, TimeProvider clock)
{
    private readonly long _begun = clock.GetTimestamp();
    private bool _isOpen;

    public TimeSpan Elapsed => clock.GetElapsedTime(_begun);

    public void Tell(string line)
    {
        Close();
        report.Progress.WriteLine($"{Elapsed.TotalSeconds,5:0.0} s  {line}");
    }

    /// <summary>A line that is overwritten by the next one; on a terminal only.</summary>
    public void Whisper(string line)
    {
        if (!report.ProgressIsTerminal)
            return;
        report.Progress.Write($"\r\e[2K{Elapsed.TotalSeconds,5:0.0} s  {line}");
        report.Progress.Flush();
        _isOpen = true;
    }

    public void End(DemoResult result, DemoPlace place)
    {
        Close();
        report.Line();
        report.Table(
            ["what the writers' notes say", ""],
            [
                ["acknowledged writes of tenant 42", $"{result.Audit.MovingWrites:N0}"],
                ["acknowledged writes of the other 19 tenants", $"{result.Audit.OtherWrites:N0}"],
                ["rows and files compared with them", $"{result.Audit.Compared:N0}"],
                ["lost", $"{result.Audit.Count(FindingKind.Lost):N0}"],
                ["duplicated", $"{result.Audit.Count(FindingKind.Duplicated):N0}"],
                ["changed for other tenants", $"{result.Audit.Count(FindingKind.OtherTenant):N0}"],
            ]);
        foreach (var finding in result.Shown)
            report.Line($"  ! {finding}");
        report.Line();
        report.Line(result.IsGood
            ? $"Nothing was lost, nothing came twice, nobody else noticed. {result.Took.TotalSeconds:0.0} s, "
                + $"seed {result.Seed}."
            : $"This went wrong, and should not have: please report it with the seed, {result.Seed}.");
        if (place.Receipt is not null)
            report.Line($"Receipt: godwit receipt verify {place.Receipt}");
        if (place.Stays)
            report.Line($"Everything is in {place.Folder.Path}: migration.yaml, the databases, notes/ and state/.");
    }

    private void Close()
    {
        if (_isOpen)
            report.Progress.Write("\r\e[2K");
        _isOpen = false;
    }
}
