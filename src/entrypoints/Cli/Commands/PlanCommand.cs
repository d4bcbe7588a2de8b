using System.CommandLine;
using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.Running;
using Godwit.Engine.Planning;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit plan FILE</c></summary>
internal static class PlanCommand
{
    public static Command Create(CommandLine line)
    {
        var file = Inputs.File();
        var command = new Command("plan", "Show steps, chunks and how long it will take; changes nothing") { file };
        line.Act(command, (session, parsed, token) => Run(session, parsed.GetRequiredValue(file), token));
        return command;
    }

    private static async Task<int> Run(Session session, string path, CancellationToken cancellation)
    {
        if (session.ReadFile(path) is not { } file)
            return ExitCode.WrongUsage;
        await using var moves = await OpenMoves.Open(
            file, session.Surroundings, home: null, mayCut: false, cancellation);
        var plan = await Planner.Plan(file.Definition, moves.Ports, cancellation);
        var estimate = await Planner.Estimate(plan, moves.Ports, session.Surroundings.Clock, cancellation);
        var steps = Steps(file.Definition);
        Show(session.Report, plan, estimate, steps);
        session.Report.Line($"Next: godwit run {path}");
        session.Report.Result(new JsonObject
        {
            ["migration"] = file.Definition.Name,
            ["steps"] = new JsonArray([.. steps.Select(one => (JsonNode)one)]),
            ["moves"] = new JsonArray([.. plan.Moves.Select(Json)]),
            ["estimate"] = new JsonObject
            {
                ["records"] = estimate.Records,
                ["bytes"] = estimate.Bytes,
                ["chunks"] = estimate.Chunks,
                ["copy_ms"] = estimate.Copy.TotalMilliseconds,
                ["catch_up_ms"] = estimate.CatchUp.TotalMilliseconds,
                ["pause_ms"] = estimate.Pause.TotalMilliseconds,
            },
        });
        return ExitCode.Done;
    }

    private static IReadOnlyList<string> Steps(MigrationDefinition definition)
    {
        var pause = Quantity.Show(definition.MaxPause);
        string[] all =
        [
            "record changes at the sources",
            "copy all chunks",
            "take over what changed meanwhile, and verify everything",
        ];
        return definition.Mode switch
        {
            MigrationMode.Full => [.. all, "remove what was installed, and end"],
            MigrationMode.Incremental => [.. all, "end; the next run brings what changed since"],
            MigrationMode.Hybrid =>
            [
                .. all,
                "follow, and verify all the time, until 'godwit cutover'",
                $"cut over: fence, drain, verify, switch the route; at most {pause}, or it is undone",
                "guard: changes flow back, so that 'godwit rollback' loses nothing",
                "remove what was installed at 'godwit finish'",
            ],
            _ => throw new InvalidOperationException($"Mode {definition.Mode}."),
        };
    }

    private static void Show(Report report, MigrationPlan plan, PlanEstimate estimate, IReadOnlyList<string> steps)
    {
        foreach (var move in plan.Moves)
        {
            report.Line($"{move.From} → {move.To}");
            report.Table(
                ["stream", "chunks", "records", "about"],
                move.Streams.Select(stream =>
                {
                    var chunks = move.Chunks.Where(one => one.Stream == stream.Number).ToArray();
                    return new[]
                    {
                        stream.ToString(), chunks.Length.ToString("N0"), chunks.Sum(one => one.Records).ToString("N0"),
                        Quantity.ShowBytes(chunks.Sum(one => one.Bytes)),
                    };
                }));
            report.Line();
        }
        foreach (var (index, step) in steps.Index())
            report.Line($"{index + 1}. {step}");
        report.Line();
        report.Line(
            $"{estimate.Records:N0} records, {Quantity.ShowBytes(estimate.Bytes)}, {estimate.Chunks:N0} chunks: "
            + $"copy about {Quantity.Show(estimate.Copy)}, catch up {Quantity.Show(estimate.CatchUp)}, "
            + $"pause at cutover {Quantity.Show(estimate.Pause)}");
    }

    private static JsonNode Json(MovePlan move) => new JsonObject
    {
        ["from"] = move.From,
        ["to"] = move.To,
        ["streams"] = new JsonArray([.. move.Streams.Select(stream => (JsonNode)new JsonObject
        {
            ["name"] = stream.Schema.Name,
            ["scope"] = stream.ToString(),
            ["chunks"] = move.Chunks.Count(one => one.Stream == stream.Number),
            ["records"] = move.Chunks.Where(one => one.Stream == stream.Number).Sum(one => one.Records),
            ["bytes"] = move.Chunks.Where(one => one.Stream == stream.Number).Sum(one => one.Bytes),
        })]),
    };
}
