using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Which arguments of commands are keys, as the server says from which the commands come.</summary>
/// <remarks>Versions and modules differ: a table is good for the server that gave it and as long as that runs.
/// Finding keys allocates nothing. Several threads may ask at once, each with a list of its own.</remarks>
internal sealed class CommandTable
{
    private readonly FrozenDictionary<byte[], CommandEntry>.AlternateLookup<ReadOnlySpan<byte>> _commands;
    private readonly FrozenDictionary<byte[], Lookup>.AlternateLookup<ReadOnlySpan<byte>> _subcommands;

    /// <param name="commands">All of the server, each once.</param>
    public CommandTable(IReadOnlyCollection<CommandSpec> commands)
    {
        _commands = Entries(commands).GetAlternateLookup<ReadOnlySpan<byte>>();
        _subcommands = commands.Where(command => command.Subcommands.Count > 0)
            .ToFrozenDictionary(
                command => CommandName.Of(command.Name),
                command => new Lookup(Entries(command.Subcommands)),
                CommandName.Comparer)
            .GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    /// <summary>What the command is about. Names that servers send by themselves are always known.</summary>
    public CommandKind Kind(CommandFrame command) =>
        BuiltInKinds.TryFind(command.Name, out var known) ? known : Find(command)?.Kind ?? CommandKind.Unknown;

    /// <summary>The keys of a command.</summary>
    /// <param name="command">One command of the stream of the server that gave the table.</param>
    /// <param name="keys">Is emptied, and filled in the order of the rules; empty unless keys are found.</param>
    public KeyFinding Keys(CommandFrame command, KeyList keys)
    {
        keys.Clear();
        if (BuiltInKinds.TryFind(command.Name, out var kind) && kind != CommandKind.Script)
            return KeyFinding.None;
        var finding = Find(command)?.Keys(command, keys) ?? KeyFinding.UnknownCommand;
        if (finding is not (KeyFinding.Found or KeyFinding.ReadsOthers or KeyFinding.Declared))
            keys.Clear();
        return finding;
    }

    private CommandEntry? Find(CommandFrame command)
    {
        if (!_subcommands.TryGetValue(command.Name, out var subcommands))
            return _commands.TryGetValue(command.Name, out var entry) ? entry : null;
        return command.Count > 1 && subcommands.Entries.TryGetValue(command[1], out var subcommand) ? subcommand : null;
    }

    // "xgroup|create" is asked for by what follows the bar.
    private static FrozenDictionary<byte[], CommandEntry> Entries(IEnumerable<CommandSpec> commands) =>
        commands.ToFrozenDictionary(
            command => CommandName.Of(command.Name[(command.Name.IndexOf('|', StringComparison.Ordinal) + 1)..]),
            command => new CommandEntry(command),
            CommandName.Comparer);

    private sealed class Lookup(FrozenDictionary<byte[], CommandEntry> entries)
    {
        public FrozenDictionary<byte[], CommandEntry>.AlternateLookup<ReadOnlySpan<byte>> Entries { get; } =
            entries.GetAlternateLookup<ReadOnlySpan<byte>>();
    }
}
