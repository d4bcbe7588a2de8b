using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Commands whose keys no server describes completely: options that come in any order name some.</summary>
internal static class MovableKeys
{
    private static readonly FrozenDictionary<string, Rule> Rules = new Dictionary<string, Rule>
    {
        ["sort"] = Sort,
        ["sort_ro"] = Sort,
        ["georadius"] = (command, keys) => Radius(command, 6, keys),
        ["georadiusbymember"] = (command, keys) => Radius(command, 5, keys),
        ["migrate"] = Migrate,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds the keys of a command that has as many arguments as it needs.</summary>
    internal delegate KeyFinding Rule(CommandFrame command, KeyList keys);

    public static Rule? Find(string name) => Rules.GetValueOrDefault(name);

    // The last STORE counts. Only a pattern with a star reads other keys: "BY nosort" and "GET #" read none.
    private static KeyFinding Sort(CommandFrame command, KeyList keys)
    {
        var stored = 0;
        var readsOthers = false;
        for (var at = 2; at < command.Count; at++)
        {
            var operands = Operands(command[at]);
            if (operands == 0)
                continue;
            if (at + operands >= command.Count)
                return KeyFinding.Malformed;
            if (CommandName.Is(command[at], "STORE"u8))
                stored = at + 1;
            else if (operands == 1)
                readsOthers |= command[at + 1].Contains((byte)'*');
            at += operands;
        }
        keys.Add(1, KeyUse.Read);
        if (stored > 0)
            keys.Add(stored, KeyUse.Write);
        return readsOthers ? KeyFinding.ReadsOthers : KeyFinding.Found;
    }

    private static int Operands(ReadOnlySpan<byte> option) =>
        CommandName.Is(option, "LIMIT"u8) ? 2
        : CommandName.Is(option, "BY"u8) || CommandName.Is(option, "GET"u8) || CommandName.Is(option, "STORE"u8) ? 1
        : 0;

    private static KeyFinding Radius(CommandFrame command, int options, KeyList keys)
    {
        var stored = 0;
        for (var at = options; at < command.Count; at++)
        {
            if (!CommandName.Is(command[at], "STORE"u8) && !CommandName.Is(command[at], "STOREDIST"u8))
                continue;
            if (++at == command.Count)
                return KeyFinding.Malformed;
            stored = at;
        }
        keys.Add(1, KeyUse.Read);
        if (stored > 0)
            keys.Add(stored, KeyUse.Write);
        return KeyFinding.Found;
    }

    // MIGRATE host port key|"" database timeout [COPY] [REPLACE] [AUTH password] [AUTH2 user password] [KEYS key …]
    private static KeyFinding Migrate(CommandFrame command, KeyList keys)
    {
        const KeyUse moved = KeyUse.Read | KeyUse.Write | KeyUse.Delete;
        for (var at = 6; at < command.Count; at++)
        {
            if (CommandName.Is(command[at], "KEYS"u8))
            {
                if (!command[3].IsEmpty || at + 1 == command.Count)
                    return KeyFinding.Malformed;
                for (at++; at < command.Count; at++)
                    keys.Add(at, moved);
                return KeyFinding.Found;
            }
            at += CommandName.Is(command[at], "AUTH"u8) ? 1 : CommandName.Is(command[at], "AUTH2"u8) ? 2 : 0;
        }
        // Without KEYS an empty key is a key like any other.
        keys.Add(3, moved);
        return KeyFinding.Found;
    }
}
