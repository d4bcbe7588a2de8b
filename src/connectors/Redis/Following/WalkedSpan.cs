using System.Globalization;
using Godwit.Connectors.Kit;

namespace Godwit.Connectors.Redis.Following;

/// <summary>The part of a history during which keys were read one by one, because its snapshot cannot be read to its
/// end, or because more of them were read again than can be held by name.</summary>
/// <remarks>A small file beside the journal. Invariant: it is there before a destination is told that it has the
/// snapshot.</remarks>
/// <param name="Start">The position of the snapshot.</param>
/// <param name="Until">Each key was read at some moment between the two: what was done before this position must not be
/// done again to what was read. 0 while nobody has read all of them.</param>
/// <param name="Listed">The same of libraries of functions, which are listed at one moment.</param>
internal sealed record WalkedSpan(long Start, long Until, long Listed)
{
    private const string FileName = "walked";

    /// <summary>What is known of a history; null when its snapshot is read like any other.</summary>
    internal static WalkedSpan? Read(string directory, long start)
    {
        var path = Path.Combine(directory, FileName);
        return File.Exists(path) && File.ReadAllText(path).Trim().Split(' ') is [var from, var until, var listed]
            && long.Parse(from, CultureInfo.InvariantCulture) == start
            ? new WalkedSpan(
                start, long.Parse(until, CultureInfo.InvariantCulture),
                long.Parse(listed, CultureInfo.InvariantCulture))
            : null;
    }

    internal void Write(string directory) => SmallFile.Replace(
        Path.Combine(directory, FileName), string.Create(CultureInfo.InvariantCulture, $"{Start} {Until} {Listed}\n"));
}
