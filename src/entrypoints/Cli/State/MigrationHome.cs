using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Cli.Storage;

namespace Godwit.Cli.State;

/// <summary>The folder of one migration.</summary>
internal sealed class MigrationHome(string name, string path)
{
    public string Name { get; } = name;

    public string Path { get; } = path;

    public string Journal => System.IO.Path.Combine(Path, "journal.db");

    public string Progress => System.IO.Path.Combine(Path, "progress.json");

    /// <summary>The route of a migration whose file names none: the epoch has to be remembered somewhere.</summary>
    public string Route => System.IO.Path.Combine(Path, "route.json");

    public bool Exists => File.Exists(Journal);

    private string PartsPath => System.IO.Path.Combine(Path, "parts.json");

    private string OriginPath => System.IO.Path.Combine(Path, "origin.json");

    /// <summary>Makes the folder, and remembers where the migration was begun.</summary>
    public void Create(Origin origin)
    {
        StateDirectory.Create(Path);
        try
        {
            var json = new JsonObject
            {
                ["directory"] = origin.Directory,
                ["file"] = origin.File,
                ["places"] = origin.Places,
            };
            AtomicFile.ReplaceDurably(OriginPath, JsonSerializer.SerializeToUtf8Bytes(json));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.StateUnusable(Path, refused);
        }
    }

    /// <summary>Remembers the parts of all moves, in the order in which they were cut: a part keeps its place, because
    /// its journal and its folder go by that.</summary>
    public void KeepParts(IReadOnlyList<MovePart> parts)
    {
        try
        {
            AtomicFile.ReplaceDurably(PartsPath, JsonSerializer.SerializeToUtf8Bytes(new JsonArray(
                [.. parts.Select(one => new JsonObject { ["move"] = one.Move, ["options"] = one.Options })])));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw CliProblems.StateUnusable(Path, refused);
        }
    }

    /// <summary>What was remembered; null before the migration was planned.</summary>
    public IReadOnlyList<MovePart>? ReadParts()
    {
        if (!Exists || !File.Exists(PartsPath))
            return null;
        try
        {
            var parts = JsonNode.Parse(File.ReadAllBytes(PartsPath))!.AsArray();
            return [.. parts.Select(one => new MovePart((int)one!["move"]!, (string?)one["options"]))];
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or ArgumentNullException)
        {
            throw CliProblems.StateUnusable(PartsPath, broken);
        }
    }

    /// <summary>Where the migration was begun; it must have been.</summary>
    public Origin ReadOrigin()
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllBytes(OriginPath));
            return new Origin((string)json!["directory"]!, (string)json["file"]!, (string)json["places"]!);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or ArgumentNullException)
        {
            throw CliProblems.StateUnusable(OriginPath, broken);
        }
    }
}
