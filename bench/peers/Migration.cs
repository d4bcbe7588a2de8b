namespace Godwit.Bench.Peers;

/// <summary>Godwit as a user has it: the command in this repository, a migration file and a state directory.</summary>
internal sealed class Migration(Place place)
{
    private const string Name = "bench";

    private readonly string _file = place.At("bench.yaml");
    private readonly string _state = place.At("state");

    /// <summary>Where it says where the data is.</summary>
    internal string Route => Path.Combine(_state, Name, "route.json");

    /// <summary>Forgets an earlier migration and writes the file for the next one.</summary>
    /// <param name="from">The source's address.</param>
    /// <param name="to">The target's.</param>
    /// <param name="mode">As the file says it.</param>
    /// <param name="tenant">Null for everything; otherwise a tenant, by the column <c>tenant</c>.</param>
    /// <param name="user">Null for everybody; otherwise the user of a cache whose writes the fence refuses.</param>
    internal void Write(
        string from, string to, string mode = "incremental", int? tenant = null, string? user = null)
    {
        place.Clear("state");
        File.WriteAllText(
            _file,
            $$"""
            migration: {{Name}}
            mode: {{mode}}
            {{(tenant is null ? "" : $"tenant: {{ id: {tenant} }}")}}
            moves:
              - from: {{from}}
                to: {{to}}
            {{(tenant is null ? "" : "    tables: { tenant_column: tenant }")}}
            {{(user is null ? "" : $"    fence: {{ acl_user: {user} }}")}}

            """);
    }

    /// <summary>Runs, or goes on, until a goal.</summary>
    internal Command RunUntil(string goal) =>
        new(Program, "run", _file, "--until", goal, "--state", _state);

    /// <summary>Runs, or goes on, until it is stopped.</summary>
    internal Command Run() => new(Program, "run", _file, "--state", _state);

    /// <summary>A command to the one that runs, with its answer in JSON.</summary>
    internal Command Tell(string word) => new(Program, word, Name, "--json", "--state", _state);

    /// <summary>Runs, or goes on, while a line of the shell is at work; then it is killed, whatever it does.</summary>
    internal string WhileRunning(string line) =>
        $"'{Program}' run '{_file}' --state '{_state}' >'{place.At("run.log")}' 2>&1 & follower=$!;"
        + $" {line}; code=$?; kill -9 $follower; wait $follower; exit $code";

    /// <summary>Builds Godwit now, so that no round does.</summary>
    internal static string Version() => new Command(Program, "--version").Ask();

    private static string Program => Path.Combine(Repository.Root, "godwit");
}
