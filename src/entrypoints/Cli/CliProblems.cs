using Godwit.Core.Problems;

namespace Godwit.Cli;

/// <summary>What can go wrong around the commands; the migration file and the route have their own.</summary>
internal static class CliProblems
{
    /// <summary>Whether command line or migration file are at fault: codes up to 020 are kept for that.</summary>
    public static bool IsWrongUsage(Problem problem) =>
        problem.Code.StartsWith("GW-CLI-", StringComparison.Ordinal)
        && string.CompareOrdinal(problem.Code, "GW-CLI-020") <= 0;

    public static Problem Usage(string what, string command) => new(
        "GW-CLI-018",
        Printable.Text(what),
        "The command line was not understood.",
        $"See '{command} --help'.",
        Recovery.Stop);

    public static GodwitException OtherPlaces(string name, string file) => new(new Problem(
        "GW-CLI-019",
        $"The addresses of '{Printable.Text(name)}' lead to other places than when it was begun.",
        "A variable in the file has another value here.",
        $"Set the variables as they were at the first 'godwit run {Printable.Text(file)}'.",
        Recovery.Stop));

    public static GodwitException NoSuchMigration(string name, string state, string? meant) => new(new Problem(
        "GW-CLI-020",
        $"There is no migration '{Printable.Text(name)}'.",
        $"{Printable.Text(state)} holds no journal of that name.",
        meant is null ? "See 'godwit status' for all, or give --state DIR." : $"Did you mean '{meant}'?",
        Recovery.Stop));

    public static GodwitException StateUnusable(string state, Exception cause) => new(new Problem(
        "GW-CLI-021",
        $"The state directory {Printable.Text(state)} cannot be used.",
        Printable.Text(cause.Message),
        "Give another one with --state DIR.",
        Recovery.Stop), cause);

    public static GodwitException SigningKeyUnusable(string path, Exception cause) => new(new Problem(
        "GW-CLI-022",
        $"The signing key {Printable.Text(path)} cannot be read or made.",
        Printable.Text(cause.Message),
        "Restore it from a backup. If it is lost, move it away: a new one is made, and old receipts keep the old one.",
        Recovery.Stop), cause);

    public static GodwitException FileUnusable(string path, Exception cause) => new(new Problem(
        "GW-CLI-023",
        $"The file {Printable.Text(path)} cannot be read or written.",
        Printable.Text(cause.Message),
        "Correct the path, or your rights there.",
        Recovery.Stop), cause);

    public static GodwitException FileExists(string path) => new(new Problem(
        "GW-CLI-024",
        $"The file {Printable.Text(path)} is there already.",
        "It is not overwritten: it may hold somebody's work.",
        "Give another name with -o, or remove it first.",
        Recovery.Stop));

    public static GodwitException NoAnswer(string command, string holder) => new(new Problem(
        "GW-CLI-025",
        $"The runner ({holder}) did not answer '{command}' within an hour.",
        "It is alive but has other work, or it hangs.",
        "Look at 'godwit status'; the command stays in the journal until it is answered.",
        Recovery.Stop));

    public static GodwitException EndedUnanswered(string command) => new(new Problem(
        "GW-CLI-026",
        $"The migration ended before '{command}' was answered.",
        "Another command came first.",
        "Look at 'godwit status'.",
        Recovery.Stop));

    public static Problem Unexpected(Exception fault) => new(
        "GW-CLI-027",
        $"Godwit met something that it does not know: {fault.GetType().Name}.",
        Printable.Text(fault.Message),
        "This is a fault in Godwit. What was moved is safe, and the same command goes on. Please report it with "
        + "the lines below.",
        Recovery.Stop);

    public static GodwitException KeyUnreadable(string path, Exception cause) => new(new Problem(
        "GW-CLI-028",
        $"{Printable.Text(path)} is no public key.",
        Printable.Text(cause.Message),
        "Give a PEM file that begins with -----BEGIN PUBLIC KEY-----.",
        Recovery.Stop), cause);

    public static Problem AtRest(string name, string file) => new(
        "GW-CLI-029",
        $"No process runs '{Printable.Text(name)}'.",
        "Changes are recorded at the source and not applied until a run goes on.",
        $"Go on with 'godwit run {Printable.Text(file)}'.",
        Recovery.Retry);

    public static GodwitException NotPlanned(string name, string file) => new(new Problem(
        "GW-CLI-030",
        $"'{Printable.Text(name)}' was never planned.",
        "Its first run ended before there was a plan, so nothing was moved and nothing can be commanded.",
        $"Run it: godwit run {Printable.Text(file)}",
        Recovery.Stop));

    public static GodwitException IsOver(string name, string phase) => new(new Problem(
        "GW-CLI-031",
        $"'{Printable.Text(name)}' is {phase}.",
        "Nothing can be commanded any more: what was installed is removed.",
        "Give a new migration another name.",
        Recovery.Stop));
}
