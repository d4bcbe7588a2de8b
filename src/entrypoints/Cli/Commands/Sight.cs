using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Cli.Output;
using Godwit.Cli.State;
using Godwit.Engine.Journal;
using Godwit.Journals.Sqlite;

namespace Godwit.Cli.Commands;

/// <summary>A migration seen from outside: its journal, its last picture, and whether somebody runs it.</summary>
internal sealed record Sight
{
    /// <summary>A live runner draws a picture at least this often.</summary>
    public static TimeSpan Fresh { get; } = TimeSpan.FromSeconds(10);

    public required MigrationHome Home { get; init; }

    public required MigrationState State { get; init; }

    /// <summary>For people; null when nobody runs it.</summary>
    public required string? Runner { get; init; }

    /// <summary>What the runner drew last; null when there is nothing to be read.</summary>
    public required JsonObject? Picture { get; init; }

    public required TimeSpan? Age { get; init; }

    public required string File { get; init; }

    public string Phase => State.Name is null
        ? "not planned"
        : PhaseName.Of(State.Phase) + (State.Paused ? " (paused)" : "");

    /// <summary>Whether something ought to run it and nobody does.</summary>
    public bool IsAtRest => Runner is null && State.Name is not null && !State.Paused
        && State.Phase is not (MigrationPhase.Finished or MigrationPhase.Aborted);

    public static async Task<Sight> Of(MigrationHome home, TimeProvider clock, CancellationToken cancellation)
    {
        await using var journal = await Wiring.OpenJournal(home, clock, cancellation);
        var state = await MigrationState.Read(journal, cancellation);
        var picture = ReadPicture(home.Progress);
        return new Sight
        {
            Home = home,
            State = state,
            Runner = RunnerHold.IsHeld(home.Path) ? RunnerHold.Holder(home.Path) : null,
            Picture = picture,
            Age = clock.GetUtcNow() - At(picture),
            File = home.ReadOrigin().File,
        };
    }

    public JsonObject Json()
    {
        var json = ProgressJson.Of(State);
        json["migration"] = Home.Name;
        json["phase"] = State.Name is null ? "not_planned" : ProgressJson.Phase(State.Phase);
        json["runner"] = Runner;
        json["progress"] = Picture?.DeepClone();
        json["progress_is_stale"] = Runner is null || Age is null || Age > Fresh;
        return json;
    }

    private static DateTimeOffset? At(JsonObject? picture) =>
        DateTimeOffset.TryParse((string?)picture?["at"], CultureInfo.InvariantCulture, out var time) ? time : null;

    private static JsonObject? ReadPicture(string path)
    {
        try
        {
            return JsonNode.Parse(System.IO.File.ReadAllBytes(path)) as JsonObject;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
