using System.Collections.Frozen;

namespace Godwit.Connectors.Redis.Commands;

/// <summary>Commands that do with each of their keys what they would do with it alone: any part of them is a command.
/// </summary>
/// <remarks>
/// What they reply does not count, for nobody reads it. MSETNX is none of them: it sets all or nothing. Nor is
/// PFCOUNT, whose keys are counted together.
/// </remarks>
internal static class Projection
{
    // How many arguments belong to one key, the key included.
    private static readonly FrozenDictionary<byte[], int>.AlternateLookup<ReadOnlySpan<byte>> Widths =
        new Dictionary<byte[], int>
        {
            ["del"u8.ToArray()] = 1,
            ["unlink"u8.ToArray()] = 1,
            ["touch"u8.ToArray()] = 1,
            ["exists"u8.ToArray()] = 1,
            ["mset"u8.ToArray()] = 2,
        }.ToFrozenDictionary(CommandName.Comparer).GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>It is a sum of commands with one key each, and has all the arguments for that.</summary>
    public static bool IsSum(CommandFrame command) =>
        Widths.TryGetValue(command.Name, out var width) && command.Count > width && (command.Count - 1) % width == 0;

    /// <summary>The same command for some of its keys.</summary>
    /// <param name="command">One that <see cref="IsSum"/>.</param>
    /// <param name="keys">The arguments that are the keys to keep, at least one, in rising order.</param>
    /// <returns>Copies of its name and of what belongs to those keys.</returns>
    /// <exception cref="ArgumentException">It is no such command, or those are not keys of it.</exception>
    public static byte[][] Keep(CommandFrame command, ReadOnlySpan<int> keys)
    {
        if (!IsSum(command) || keys.IsEmpty)
            throw new ArgumentException("Only a sum of commands has parts, and a part has keys.", nameof(command));
        Widths.TryGetValue(command.Name, out var width);
        var arguments = new byte[1 + (keys.Length * width)][];
        arguments[0] = command.Name.ToArray();
        var filled = 1;
        var before = 0;
        foreach (var key in keys)
        {
            if (key <= before || key >= command.Count || (key - 1) % width != 0)
                throw new ArgumentException($"Argument {key} is no key, or out of order.", nameof(keys));
            for (var at = key; at < key + width; at++)
                arguments[filled++] = command[at].ToArray();
            before = key;
        }
        return arguments;
    }
}
