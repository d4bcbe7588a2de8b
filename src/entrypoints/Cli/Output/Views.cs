namespace Godwit.Cli.Output;

/// <summary>Chooses how progress is shown: bars for a person, lines for a log.</summary>
internal static class Views
{
    public static IProgressView Of(Session session) => session.Report.ProgressIsTerminal
        ? new ProgressBars(session.Report.Progress, session.Surroundings.Clock)
        : new ProgressLines(session.Report.Progress, session.Surroundings.Clock);
}
