using System.CommandLine;
using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.State;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit status [NAME]</c></summary>
internal static class StatusCommand
{
    public static Command Create(CommandLine line)
    {
        var name = Inputs.Name();
        name.Arity = ArgumentArity.ZeroOrOne;
        var command = new Command("status", "Show where migrations stand; needs no runner") { name };
        line.Act(command, (session, parsed, token) => parsed.GetValue(name) is { } one
            ? One(session, session.Find(one), token)
            : All(session, token));
        return command;
    }

    private static async Task<int> All(Session session, CancellationToken cancellation)
    {
        var (sights, problems) = (new List<Sight>(), new List<Problem>());
        foreach (var name in session.State.Names())
        {
            try
            {
                sights.Add(await Sight.Of(session.State.Home(name), session.Surroundings.Clock, cancellation));
            }
            catch (GodwitException unreadable)
            {
                // One that is broken must not hide the others.
                problems.Add(unreadable.Problem);
            }
        }
        if (sights.Count == 0)
            session.Report.Line($"No migrations in {session.State.Path}.");
        else
            session.Report.Table(
                ["migration", "phase", "records", "verified", "runner"],
                sights.Select(one => new[]
                {
                    one.Home.Name, one.Phase, one.State.RecordsCopied.ToString("N0"), one.State.LastVerdict,
                    one.Runner ?? "none",
                }));
        var json = new JsonObject { ["migrations"] = new JsonArray([.. sights.Select(one => (JsonNode)one.Json())]) };
        if (problems.Count > 0)
        {
            session.Report.Error(problems, json);
            return ExitCode.Failed;
        }
        session.Report.Result(json);
        return ExitCode.Done;
    }

    private static async Task<int> One(Session session, MigrationHome home, CancellationToken cancellation)
    {
        var sight = await Sight.Of(home, session.Surroundings.Clock, cancellation);
        Show(session.Report, sight);
        session.Report.Result(sight.Json());
        return ExitCode.Done;
    }

    private static void Show(Report report, Sight sight)
    {
        var state = sight.State;
        report.Line($"{sight.Home.Name}: {sight.Phase}");
        report.Line(sight.Runner is null ? "  no runner" : $"  run by {sight.Runner}");
        report.Line($"  {state.RecordsCopied:N0} records copied, {state.RecordsRepaired:N0} repaired, "
            + $"{state.LateWrites:N0} late writes");
        if (state.RecordsMissed > 0)
            report.Line($"  {state.RecordsMissed:N0} changes found no record at the target");
        report.Line($"  last verification: {state.LastVerdict} ({state.Passes:N0} passes)");
        report.Line($"  route: epoch {state.Epoch}");
        if (state.CutoverPause is { } pause)
            report.Line($"  cutover held writers up for {Quantity.Show(pause)}");
        if (state.RollbackPause is { } back)
            report.Line($"  rollback held writers up for {Quantity.Show(back)}");
        if (sight.Picture is { } picture)
            ShowPicture(report, picture, sight);
        if (state.Problem is { } problem)
            report.Problem(problem);
        if (sight.IsAtRest)
            report.Problem(CliProblems.AtRest(sight.Home.Name, sight.File));
    }

    private static void ShowPicture(Report report, JsonObject picture, Sight sight)
    {
        if (sight.Age is { } age && sight.Runner is not null && age > Sight.Fresh)
            report.Line($"  the runner has said nothing for {Quantity.Show(age)}");
        foreach (var move in picture["moves"]!.AsArray())
        {
            report.Line();
            var lag = sight.Runner is not null && move!["lag_ms"] is { } milliseconds
                ? $"  (lag {Quantity.Show(TimeSpan.FromMilliseconds((double)milliseconds))})" : "";
            report.Line($"{move!["from"]} → {move["to"]}{lag}");
            if (sight.State.Phase >= MigrationPhase.CatchingUp)
                continue;
            report.Table(
                ["stream", "chunks", "of", "records"],
                move["streams"]!.AsArray().Select(one => new[]
                {
                    (string)one!["name"]!, ((long)one["chunks_done"]!).ToString("N0"),
                    ((long)one["chunks"]!).ToString("N0"), ((long)one["records_done"]!).ToString("N0"),
                }));
        }
    }
}
