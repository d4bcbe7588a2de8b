using System.Text.Json;
using System.Text.Json.Nodes;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>What the runner has drawn last: the part of <c>godwit status --json</c> that is called progress.</summary>
internal sealed record MovePicture
{
    public string Phase { get; private init; } = "starting";

    public string Verdict { get; private init; } = "undecided";

    /// <summary>Verification passes of this run that are through.</summary>
    public int Passes { get; private init; }

    /// <summary>Code and sentence of what holds it up; empty when nothing does.</summary>
    public string Problem { get; private init; } = "";

    /// <summary>Rows that the copy brought.</summary>
    public long Rows { get; private init; }

    public long Changes { get; private init; }

    /// <summary>Moves of the file, or parts of them.</summary>
    public int Moves { get; private init; }

    private DateTimeOffset At { get; init; }

    /// <summary>The picture in a file, when it was drawn at some time or later; an empty one otherwise.</summary>
    public static MovePicture Read(string path, DateTimeOffset since)
    {
        try
        {
            var picture = Of(JsonNode.Parse(File.ReadAllBytes(path))!);
            return picture.At >= since ? picture : new MovePicture();
        }
        catch (Exception absent) when (absent is IOException or JsonException)
        {
            return new MovePicture();
        }
    }

    public override string ToString() =>
        $"{Phase}, {Verdict} after {Passes} passes, {Rows} rows, {Changes} changes"
        + (Problem.Length > 0 ? $", held up by {Problem}" : "");

    private static MovePicture Of(JsonNode json)
    {
        var move = json["moves"]!.AsArray().FirstOrDefault();
        return new MovePicture
        {
            Phase = (string)json["phase"]!,
            Passes = (int)json["verification"]!["passes"]!,
            Verdict = (string)json["verification"]!["verdict"]!,
            Problem = json["problem"] is { } problem ? $"{problem["code"]}: {problem["what"]} {problem["why"]}" : "",
            Rows = move?["streams"]!.AsArray().Sum(one => (long)one!["records_done"]!) ?? 0,
            Moves = json["moves"]!.AsArray().Count,
            Changes = (long?)move?["changes_applied"] ?? 0,
            At = DateTimeOffset.Parse((string)json["at"]!, null),
        };
    }
}
