using Godwit.Core.Problems;

namespace Godwit.Cli.Routes;

/// <summary>What can go wrong with the route file and the hook.</summary>
internal static class RouteProblems
{
    public static GodwitException Invalid(string path, string why, Exception? cause) => new(new Problem(
        "GW-RTE-001",
        $"The route file {Printable.Text(path)} does not hold routes.",
        Printable.Text(why),
        """Correct it; a file without any route is: {}""",
        Recovery.Pause), cause);

    public static GodwitException Unusable(string path, Exception cause) => new(new Problem(
        "GW-RTE-002",
        $"The route file {Printable.Text(path)} cannot be read or written.",
        Printable.Text(cause.Message),
        "Make its directory, and give Godwit the right to create files there.",
        Recovery.Pause), cause);

    public static GodwitException Locked(string path, TimeSpan waited) => new(new Problem(
        "GW-RTE-003",
        $"The route file {Printable.Text(path)} is locked by another process.",
        $"It did not let go for {waited.TotalSeconds:0} seconds.",
        $"See who holds it: fuser {Printable.Text(path)}.lock",
        Recovery.Retry));

    public static GodwitException OlderEpoch(string path, string tenant, long present, long wanted) => new(new Problem(
        "GW-RTE-004",
        $"The route of {Printable.Text(tenant)} in {Printable.Text(path)} has epoch {present} already; "
        + $"it cannot go to {wanted}.",
        "Somebody else switched it meanwhile.",
        "Find out who, and where the traffic goes now, before anything else.",
        Recovery.Stop));

    public static GodwitException HookNotStarted(string program, Exception cause) => new(new Problem(
        "GW-RTE-005",
        $"The hook {Printable.Text(program)} cannot be started.",
        Printable.Text(cause.Message),
        "Correct cutover.hook in the migration file: a program and its arguments, without a shell.",
        Recovery.Stop), cause);

    public static GodwitException HookFailed(string program, int code, string output) => new(new Problem(
        "GW-RTE-006",
        $"The hook {Printable.Text(program)} ended with exit code {code}.",
        output.Length == 0 ? "It said nothing." : $"It said last: {output}",
        "Cure the hook, then try again.",
        Recovery.Stop));

    public static GodwitException HookTooSlow(string program, TimeSpan deadline, string output) => new(new Problem(
        "GW-RTE-007",
        $"The hook {Printable.Text(program)} was ended after {deadline.TotalSeconds:0.###} seconds.",
        output.Length == 0
            ? "It may take as long as cutover.max_pause, and was not done."
            : $"It may take as long as cutover.max_pause, and was not done. It said last: {output}",
        "Make it quicker, or raise cutover.max_pause.",
        Recovery.Stop));
}
