using Godwit.Cli.MigrationFiles;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>What is said when a run ends: where it stands, and the estimate beside the outcome.</summary>
internal static class RunEnd
{
    /// <returns>The exit code.</returns>
    public static int Tell(Session session, string path, MigrationState state, RunReport run)
    {
        var (report, json) = (session.Report, ProgressJson.Of(state));
        if (state.Name is not null)
            Show(report, state);
        if (run.Problem is { } problem)
        {
            report.Error([problem], json);
            return ExitCode.Failed;
        }
        if (Next(state, path) is { } next)
            report.Line($"Next: {next}");
        report.Result(json);
        return ExitCode.Done;
    }

    private static void Show(Report report, MigrationState state)
    {
        report.Line($"{state.Name} is {PhaseName.Of(state.Phase)}; "
            + $"{state.RecordsCopied:N0} records copied, last verification: {state.LastVerdict}");
        var rows = new List<string[]>();
        if (state.CopyTime > TimeSpan.Zero)
            rows.Add(["copy", Quantity.Show(state.EstimatedCopy), Quantity.Show(state.CopyTime)]);
        if (state.CutoverPause is { } pause)
            rows.Add(["pause at cutover", Quantity.Show(state.EstimatedPause), Quantity.Show(pause)]);
        if (state.RollbackPause is { } back)
            rows.Add(["pause at rollback", Quantity.Show(state.EstimatedPause), Quantity.Show(back)]);
        if (rows.Count > 0)
            report.Table(["", "estimated", "was"], rows);
    }

    private static string? Next(MigrationState state, string path) => state.Phase switch
    {
        MigrationPhase.Following when state.Rested => $"godwit run {path}, whenever more has changed",
        MigrationPhase.Following => $"godwit run {path}, and from another terminal: godwit cutover {state.Name}",
        MigrationPhase.Guarding => $"godwit run {path}, and then: godwit finish {state.Name} (or rollback)",
        MigrationPhase.Finished => $"godwit receipt {state.Name} -o receipt.json",
        MigrationPhase.Aborted => null,
        _ => $"godwit run {path}",
    };
}
