using System.CommandLine;
using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.Running;
using Godwit.Core.Problems;
using Godwit.Engine.Planning;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit check FILE</c></summary>
internal static class CheckCommand
{
    public static Command Create(CommandLine line)
    {
        var file = Inputs.File();
        var command = new Command("check", "Look at both sides and say what would be moved; changes nothing") { file };
        line.Act(command, (session, parsed, token) => Run(session, parsed.GetRequiredValue(file), token));
        return command;
    }

    private static async Task<int> Run(Session session, string path, CancellationToken cancellation)
    {
        if (session.ReadFile(path) is not { } file)
            return ExitCode.WrongUsage;
        await using var moves = await OpenMoves.Open(
            file, session.Surroundings, home: null, mayCut: false, cancellation);
        var report = await Preflight.Check(file.Definition, moves.Ports, cancellation);
        Show(session.Report, report);
        var blocking = report.Problems.Where(one => one.Recovery != Recovery.Retry).ToArray();
        var warnings = report.Problems.Except(blocking).ToArray();
        foreach (var warning in warnings)
            session.Report.Problem(warning);
        var result = new JsonObject
        {
            ["migration"] = file.Definition.Name,
            ["may_run"] = report.MayRun,
            ["moves"] = new JsonArray([.. report.Moves.Select(Json)]),
            ["warnings"] = new JsonArray([.. warnings.Select(Report.Json)]),
        };
        if (report.MayRun)
        {
            session.Report.Line("Nothing stands in the way.");
            session.Report.Line($"Next: godwit plan {path}");
            session.Report.Result(result);
            return ExitCode.Done;
        }
        session.Report.Error(blocking, result);
        return ExitCode.Failed;
    }

    private static void Show(Report report, PreflightReport preflight)
    {
        foreach (var move in preflight.Moves)
        {
            report.Line($"{move.From} → {move.To}");
            report.Table(
                ["scope", "records", "orphans", "about"],
                move.Streams.Select(one => new[]
                {
                    one.Scope is "reference" or "excluded" ? $"{one.Name} ({one.Scope})" : one.Scope,
                    one.Scope is "reference" or "excluded" ? "" : one.InScope.ToString("N0"),
                    one.Orphans == 0 ? "" : one.Orphans.ToString("N0"),
                    one.EstimatedBytes == 0 ? "" : Quantity.ShowBytes(one.EstimatedBytes),
                }));
            report.Line();
        }
    }

    private static JsonNode Json(MoveScope move) => new JsonObject
    {
        ["from"] = move.From,
        ["to"] = move.To,
        ["streams"] = new JsonArray([.. move.Streams.Select(Json)]),
    };

    private static JsonNode Json(StreamScope stream) => new JsonObject
    {
        ["name"] = stream.Name,
        ["scope"] = stream.Scope,
        ["in_scope"] = stream.InScope,
        ["orphans"] = stream.Orphans,
        ["estimated_bytes"] = stream.EstimatedBytes,
    };
}
