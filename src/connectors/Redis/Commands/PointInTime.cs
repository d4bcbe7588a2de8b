namespace Godwit.Connectors.Redis.Commands;

/// <summary>Gives commands milliseconds that say in seconds when a key expires, as servers before 7.0 tell
/// them.</summary>
internal static class PointInTime
{
    private static readonly byte[] Expire = "PEXPIREAT"u8.ToArray();
    private static readonly byte[] Set = "PXAT"u8.ToArray();

    /// <summary>Writes a command anew if it needs that.</summary>
    /// <param name="command">One command of the stream.</param>
    /// <param name="words">The new command, in copies; empty unless there is one.</param>
    internal static bool TryConvert(CommandFrame command, out byte[][] words)
    {
        words = [];
        if (CommandName.Is(command.Name, "EXPIREAT"u8) && command.Count > 2)
        {
            words = Copy(command);
            (words[0], words[2]) = (Expire, [.. words[2], .. "000"u8]);
            return true;
        }
        if (!CommandName.Is(command.Name, "SET"u8))
            return false;
        for (var at = 3; at + 1 < command.Count; at++)
        {
            if (!CommandName.Is(command[at], "EXAT"u8))
                continue;
            words = Copy(command);
            (words[at], words[at + 1]) = (Set, [.. words[at + 1], .. "000"u8]);
            return true;
        }
        return false;
    }

    private static byte[][] Copy(CommandFrame command)
    {
        var words = new byte[command.Count][];
        for (var at = 0; at < words.Length; at++)
            words[at] = command[at].ToArray();
        return words;
    }
}
