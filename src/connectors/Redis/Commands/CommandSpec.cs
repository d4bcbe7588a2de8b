namespace Godwit.Connectors.Redis.Commands;

/// <summary>What a server tells of one of its commands.</summary>
/// <param name="Name">Of a subcommand after its command: <c>xgroup|create</c>.</param>
/// <param name="Arity">How many arguments it has, the name included; below zero at least so many.</param>
/// <param name="Flags">As the server says them: <c>write</c>, <c>movablekeys</c>.</param>
/// <param name="First">The first key; 0 for none.</param>
/// <param name="Last">The last key; below zero counted from the end.</param>
/// <param name="Step">From one key to the next.</param>
/// <param name="Keys">Its rules; null from a server before 7.0, which has none.</param>
/// <param name="Subcommands">Empty from a server before 7.0.</param>
internal sealed record CommandSpec(
    string Name,
    int Arity,
    IReadOnlyList<string> Flags,
    int First,
    int Last,
    int Step,
    IReadOnlyList<KeySpec>? Keys,
    IReadOnlyList<CommandSpec> Subcommands)
{
    public bool Writes => Has("write");

    /// <summary>First, last and step do not say all.</summary>
    public bool HasMovableKeys => Has("movablekeys");

    private bool Has(string flag) => Flags.Contains(flag, StringComparer.OrdinalIgnoreCase);
}
