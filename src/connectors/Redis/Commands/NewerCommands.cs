using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>What newer servers tell their replicas and a server before 7.0 would not carry out.</summary>
internal static class NewerCommands
{
    /// <summary>Options that came with 6.2 or 7.0, with the command that has them.</summary>
    private static readonly FrozenDictionary<string, string[]> Options = new Dictionary<string, string[]>
    {
        ["ZADD"] = ["GT", "LT"],
        ["GEOADD"] = ["NX", "XX", "CH"],
        ["XADD"] = ["NOMKSTREAM", "MINID", "LIMIT"],
        ["XTRIM"] = ["MINID", "LIMIT"],
        ["XGROUP"] = ["CREATECONSUMER", "ENTRIESREAD"],
        ["XSETID"] = ["ENTRIESADDED", "MAXDELETEDID"],
        ["PEXPIREAT"] = ["NX", "XX", "GT", "LT"],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a server lacks a command in this form. What merely looks like an option is taken for
    /// one.</summary>
    /// <param name="command">As it was told.</param>
    /// <param name="names">All commands that the server knows, in any case; null: it knows every one.</param>
    internal static bool AreNeeded(CommandFrame command, IReadOnlySet<string>? names)
    {
        if (names is null)
            return false;
        var name = System.Text.Encoding.ASCII.GetString(command.Name);
        if (!names.Contains(name))
            return true;
        if (command.Count > 2 && (CommandName.Is(command.Name, "LPOP"u8) || CommandName.Is(command.Name, "RPOP"u8)))
            return true;
        if (!Options.TryGetValue(name, out var options))
            return false;
        for (var at = 1; at < command.Count; at++)
        {
            if (command[at].Length <= 16 && Array.Exists(
                options, System.Text.Encoding.ASCII.GetString(command[at]).ToUpperInvariant().Equals))
                return true;
        }
        return false;
    }
}
