using System.Globalization;
using System.Text;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Gives commands a point in time that say how long a key has still to live.</summary>
/// <remarks>
/// Servers before 7.0 send them to their replicas as clients gave them. A command that waits must not prolong the
/// life of its key: so it is written anew with a point in time. A SET with one is known from 6.2 on.
/// </remarks>
internal static class RelativeTtl
{
    /// <summary>Writes a command anew if it needs that.</summary>
    /// <param name="command">One command of the stream.</param>
    /// <param name="received">When it was received, in milliseconds since 1970, UTC.</param>
    /// <param name="arguments">The new command, in copies; empty unless it was converted.</param>
    public static RelativeTtlFinding TryConvert(CommandFrame command, long received, out byte[][] arguments)
    {
        arguments = [];
        if (Place(command) is not { } place)
            return RelativeTtlFinding.None;
        if (command.Count < Math.Max(Arity(command.Name), place.Argument + 1)
            || Point(command[place.Argument], place.Unit, received) is not { } point)
            return RelativeTtlFinding.Malformed;
        if (IsRestore(command) && command[place.Argument].SequenceEqual("0"u8))
            return RelativeTtlFinding.None;
        arguments = Rewritten(command, place.Argument, Encoding.ASCII.GetBytes(point.ToString()));
        return RelativeTtlFinding.Converted;
    }

    private static int Arity(ReadOnlySpan<byte> name) => Is(name, "SETEX"u8) || Is(name, "PSETEX"u8) ? 4 : 3;

    /// <summary>The argument that is a length of time, and how many milliseconds its unit has.</summary>
    private static (int Argument, int Unit)? Place(CommandFrame command)
    {
        var name = command.Name;
        if (Is(name, "EXPIRE"u8) || Is(name, "SETEX"u8) || Is(name, "HEXPIRE"u8))
            return (2, 1000);
        if (Is(name, "PEXPIRE"u8) || Is(name, "PSETEX"u8) || Is(name, "HPEXPIRE"u8))
            return (2, 1);
        if (Is(name, "SET"u8))
            return Option(command, 3);
        if (Is(name, "GETEX"u8) || Is(name, "HSETEX"u8) || Is(name, "HGETEX"u8))
            return Option(command, 2);
        return IsRestore(command) && !IsAbsolute(command) ? (2, 1) : null;
    }

    private static (int Argument, int Unit)? Option(CommandFrame command, int from)
    {
        for (var at = from; at < command.Count && !Is(command[at], "FIELDS"u8); at++)
        {
            if (Is(command[at], "EX"u8))
                return (at + 1, 1000);
            if (Is(command[at], "PX"u8))
                return (at + 1, 1);
            if (TakesOperand(command[at]))
                at++;
        }
        return null;
    }

    // The operand may be any value, "EX" too.
    private static bool TakesOperand(ReadOnlySpan<byte> option) =>
        Is(option, "EXAT"u8) || Is(option, "PXAT"u8) || Is(option, "IFEQ"u8) || Is(option, "IFNE"u8)
        || Is(option, "IFDEQ"u8) || Is(option, "IFDNE"u8);

    private static long? Point(ReadOnlySpan<byte> length, int unit, long received)
    {
        if (!long.TryParse(length, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return null;
        var point = ((Int128)value * unit) + received;
        return point >= long.MinValue && point <= long.MaxValue ? (long)point : null;
    }

    private static byte[][] Rewritten(CommandFrame command, int time, byte[] point)
    {
        var name = command.Name;
        if (Is(name, "SETEX"u8) || Is(name, "PSETEX"u8))
            return ["SET"u8.ToArray(), command[1].ToArray(), command[3].ToArray(), "PXAT"u8.ToArray(), point];
        if (Is(name, "GETEX"u8))
            return ["PEXPIREAT"u8.ToArray(), command[1].ToArray(), point];
        var arguments = Copy(command);
        arguments[time] = point;
        if (Is(name, "EXPIRE"u8) || Is(name, "PEXPIRE"u8))
            arguments[0] = "PEXPIREAT"u8.ToArray();
        else if (Is(name, "HEXPIRE"u8) || Is(name, "HPEXPIRE"u8))
            arguments[0] = "HPEXPIREAT"u8.ToArray();
        else if (IsRestore(command))
            arguments = [.. arguments, "ABSTTL"u8.ToArray()];
        else
            arguments[time - 1] = "PXAT"u8.ToArray();
        return arguments;
    }

    private static byte[][] Copy(CommandFrame command)
    {
        var arguments = new byte[command.Count][];
        for (var at = 0; at < arguments.Length; at++)
            arguments[at] = command[at].ToArray();
        return arguments;
    }

    private static bool IsRestore(CommandFrame command) =>
        Is(command.Name, "RESTORE"u8) || Is(command.Name, "RESTORE-ASKING"u8);

    private static bool IsAbsolute(CommandFrame command)
    {
        for (var at = 4; at < command.Count; at++)
        {
            if (Is(command[at], "ABSTTL"u8))
                return true;
        }
        return false;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> name) => CommandName.Is(word, name);
}
