namespace Godwit.Cli.Routes;

/// <summary>What the hook is started with.</summary>
/// <param name="Command">Program and arguments; never empty.</param>
/// <param name="Directory">Where it runs.</param>
/// <param name="Deadline">How long it may take.</param>
/// <param name="Secrets">Blacked out in what it says.</param>
internal sealed record HookSetup(
    string Migration,
    string Tenant,
    IReadOnlyList<string> Command,
    string Directory,
    TimeSpan Deadline,
    IReadOnlyList<string> Secrets);
