using System.Globalization;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Commands that write a key in a database that is not the selected one: MOVE, and COPY … DB.</summary>
internal static class OtherDatabase
{
    /// <summary>The database that it names; it may be the selected one all the same.</summary>
    public static bool TryFind(CommandFrame command, out int database)
    {
        database = 0;
        var at = CommandName.Is(command.Name, "MOVE"u8) ? 2
            : CommandName.Is(command.Name, "COPY"u8) ? AfterDb(command)
            : command.Count;
        return at < command.Count
            && int.TryParse(command[at], NumberStyles.None, CultureInfo.InvariantCulture, out database);
    }

    // The last one counts.
    private static int AfterDb(CommandFrame command)
    {
        var found = command.Count;
        for (var at = 3; at < command.Count - 1; at++)
        {
            if (CommandName.Is(command[at], "DB"u8))
                found = ++at;
        }
        return found;
    }
}
