using System.CommandLine;
using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.Running;
using Godwit.Cli.State;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary>What all commands to a migration have in common: they are given, and answered.</summary>
internal static class GivenCommand
{
    public static Command Create(CommandLine line, string word, MigrationCommand given, string description)
    {
        var name = Inputs.Name();
        var command = new Command(word, description) { name };
        line.Act(command, (session, parsed, token) => Run(
            session, session.Find(parsed.GetRequiredValue(name)), given, word, token));
        return command;
    }

    private static async Task<int> Run(
        Session session, MigrationHome home, MigrationCommand given, string word, CancellationToken cancellation)
    {
        var answer = await new Asking(session, home, given).Ask(cancellation);
        var sight = await Sight.Of(home, session.Surroundings.Clock, cancellation);
        var json = ProgressJson.Of(sight.State);
        json["migration"] = home.Name;
        json["command"] = word;
        json["done"] = answer?.Done;
        if (answer is null)
            session.Report.Line($"Noted: the next 'godwit run {sight.File}' begins with it.");
        else if (answer.Problem is { } problem)
            return Refused(session, problem, answer, json);
        else
            session.Report.Line(Said(given, home.Name, sight.State));
        if (answer is not null && sight.IsAtRest && given != MigrationCommand.Verify)
            session.Report.Problem(CliProblems.AtRest(home.Name, sight.File));
        session.Report.Result(json);
        return ExitCode.Done;
    }

    private static int Refused(
        Session session, Problem problem, CommandOutcome answer, JsonObject json)
    {
        json["differences"] = Differences.Json(answer.Differences);
        Differences.Show(session.Report, answer.Differences);
        session.Report.Error([problem], json);
        return problem.Recovery switch
        {
            Recovery.Retry => ExitCode.NotReady,
            Recovery.Pause when answer.Differences.Count > 0 => ExitCode.Different,
            _ => ExitCode.Failed,
        };
    }

    private static string Said(MigrationCommand given, string name, MigrationState state) => given switch
    {
        MigrationCommand.Cutover =>
            $"{name}: traffic goes to the target (epoch {state.Epoch}); {Pause(state.CutoverPause)}.",
        MigrationCommand.Rollback =>
            $"{name}: traffic goes to the source (epoch {state.Epoch}); {Pause(state.RollbackPause)}.",
        MigrationCommand.Finish => $"{name} is finished. Next: godwit receipt {name} -o receipt.json",
        MigrationCommand.Abort => $"{name} is aborted; the source is as if nothing had been.",
        MigrationCommand.Pause => $"{name} is paused. Go on with: godwit resume {name}",
        MigrationCommand.Resume => $"{name} goes on.",
        MigrationCommand.Verify => $"{name}: source and target are equal.",
        _ => throw new InvalidOperationException($"Command {given}."),
    };

    private static string Pause(TimeSpan? pause) =>
        $"writers were held up for {(pause is null ? "an unknown time" : Quantity.Show(pause.Value))}";
}
