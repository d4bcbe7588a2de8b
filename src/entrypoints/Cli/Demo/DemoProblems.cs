using System.Text.Json.Nodes;
using Godwit.Core.Problems;

namespace Godwit.Cli.Demo;

/// <summary>What can go wrong with the demonstration itself; what it demonstrates has its own problems.</summary>
internal static class DemoProblems
{
    public static Problem FolderInUse(string path) => new(
        "GW-DEM-001",
        $"{Printable.Text(path)} is not empty.",
        "The demonstration makes a shop there and would mix it with what is there already.",
        "Give a folder that is empty or does not exist yet: godwit demo --keep DIR",
        Recovery.Stop);

    public static GodwitException WritersEnded(string said) => new(new Problem(
        "GW-DEM-002",
        "The shop's writers ended before the demonstration did.",
        said.Length == 0 ? "They said nothing." : $"They said: {Printable.Text(said)}",
        "Try again with --keep DIR: the writers' notes in DIR/notes tell what they did last.",
        Recovery.Stop));

    public static GodwitException CommandFailed(string command, int code, JsonObject answer) => new(new Problem(
        "GW-DEM-003",
        $"'godwit {Printable.Text(command)}' ended with exit code {code}.",
        Printable.Text($"{answer["error"]?["what"] ?? "It did not say why."} {answer["error"]?["why"]}".TrimEnd()),
        "Try again with --keep DIR, and look at the folder with 'godwit status --state DIR/state'.",
        Recovery.Stop));

    public static GodwitException TookTooLong(string what, TimeSpan patience, string seen) => new(new Problem(
        "GW-DEM-004",
        $"After {patience.TotalSeconds:0} seconds still not: {what}.",
        $"Seen last: {Printable.Text(seen)}",
        "The machine may be too busy. Try again; with --keep DIR the folder stays for a look.",
        Recovery.Stop));

    public static GodwitException FolderUnusable(string path, Exception cause) => new(new Problem(
        "GW-DEM-005",
        $"The demonstration cannot write to {Printable.Text(path)}.",
        Printable.Text(cause.Message),
        "Give another folder with --keep DIR; it needs about 150 MB.",
        Recovery.Stop), cause);
}
