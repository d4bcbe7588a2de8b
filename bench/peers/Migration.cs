namespace Godwit.Bench.Peers;

/// <summary>Godwit as a user has it: the command in this repository, a migration file and a state directory.</summary>
internal sealed class Migration(Place place)
{
    private const string Name = "bench";

    private readonly string _file = place.At("bench.yaml");
    private readonly string _state = place.At("state");

    /// <summary>Forgets an earlier migration and writes the file for the next one.</summary>
    internal void Write(string from, string to)
    {
        place.Clear("state");
        File.WriteAllText(
            _file,
            $"""
            migration: {Name}
            mode: incremental
            moves:
              - from: {from}
                to: {to}

            """);
    }

    /// <summary>Runs, or goes on, until a goal.</summary>
    internal Command RunUntil(string goal) =>
        new(Program, "run", _file, "--until", goal, "--state", _state);

    /// <summary>Builds Godwit now, so that no round does.</summary>
    internal static string Version() => new Command(Program, "--version").Ask();

    private static string Program => Path.Combine(Repository.Root, "godwit");
}
