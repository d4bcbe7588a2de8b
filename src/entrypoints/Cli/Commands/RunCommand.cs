using System.CommandLine;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.Running;
using Godwit.Cli.State;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit run FILE</c></summary>
internal static class RunCommand
{
    public static Command Create(CommandLine line)
    {
        var file = Inputs.File();
        var until = new Option<string?>("--until")
        {
            Description = "Where it ends by itself [default: when told to, by finish or abort]",
            HelpName = "copied|following|cutover|finished",
        };
        until.AcceptOnlyFromAmong("copied", "following", "cutover", "finished");
        var cutover = new Option<string>("--cutover")
        {
            Description = "auto: as soon as it is ready. manual: at 'godwit cutover' [default: manual]",
            HelpName = "manual|auto",
        };
        cutover.AcceptOnlyFromAmong("manual", "auto");
        var command = new Command("run", "Run a migration, or go on after any interruption") { file, until, cutover };
        line.Act(command, (session, parsed, token) => Run(
            session, parsed.GetRequiredValue(file),
            new RunGoal(Until(parsed.GetValue(until)), parsed.GetValue(cutover) == "auto"), token));
        return command;
    }

    private static RunUntil Until(string? until) => until switch
    {
        null or "finished" => RunUntil.Finished,
        "copied" => RunUntil.Copied,
        "following" => RunUntil.Following,
        "cutover" => RunUntil.Cutover,
        _ => throw new InvalidOperationException($"Goal {until}."),
    };

    private static async Task<int> Run(Session session, string path, RunGoal goal, CancellationToken cancellation)
    {
        if (session.ReadFile(path) is not { } read)
            return ExitCode.WrongUsage;
        var home = session.State.Home(read.Definition.Name);
        var origin = await Begin(session, home, read, path, cancellation);

        // Paths start where the migration was begun: from elsewhere the same words would mean other places.
        if (session.ReadFile(path, origin.Directory) is not { } file)
            return ExitCode.WrongUsage;
        if (file.Places != origin.Places)
            throw CliProblems.OtherPlaces(home.Name, path);

        var hold = await HoldKeeper.Take(home, session.Surroundings.Clock, cancellation);
        await using var place = await Workplace.Open(session, home, file, origin, hold, cancellation);
        RunReport report;
        await using (var view = Views.Of(session))
            report = await place.Run(goal, view, cancellation);
        var state = await MigrationState.Read(place.Journal, cancellation);
        return RunEnd.Tell(session, path, state, report);
    }

    /// <summary>Where it was begun: here and now, as long as nothing is planned.</summary>
    private static async Task<Origin> Begin(
        Session session, MigrationHome home, MigrationFile file, string path, CancellationToken cancellation)
    {
        if (home.Exists)
        {
            await using var journal = await Wiring.OpenJournal(home, session.Surroundings.Clock, cancellation);
            if ((await MigrationState.Read(journal, cancellation)).Name is not null)
                return home.ReadOrigin();
        }
        session.Report.Line("Looking at both sides…");
        var directory = session.Surroundings.Directory;
        var origin = new Origin(directory, Path.GetFullPath(path, directory), file.Places);
        session.State.Create();
        home.Create(origin);
        return origin;
    }
}
