using System.Globalization;
using Godwit.Connectors.Kit;
using Godwit.Core.Positions;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Where changes begin to flow to a destination. Kept on this machine: it is set while the destination's
/// fence is up and takes no writes. With the first change it goes into the destination's checkpoint.</summary>
/// <param name="Number">Counts beginnings.</param>
/// <param name="Position">In the origin's journal.</param>
internal sealed record StartingPlace(long Number, Position Position)
{
    internal static StartingPlace? Read(string directory)
    {
        var path = PathIn(directory);
        return File.Exists(path) && File.ReadAllText(path).Split(' ') is [var number, var position]
            ? new StartingPlace(
                long.Parse(number, CultureInfo.InvariantCulture), Core.Positions.Position.Parse(position))
            : null;
    }

    /// <summary>Where the destination stands: no earlier than it was told to begin, and no earlier than what it has.
    /// Operations that it has must not come again, wherever a start is set back to.</summary>
    internal Position StandsAt(Checkpoint? remembered) =>
        remembered is not null && remembered.Reached.Timeline == Position.Timeline && remembered.Reached > Position
            ? remembered.Reached
            : remembered is not null && remembered.Start == Number ? remembered.Reached : Position;

    internal void Write(string directory)
    {
        Directory.CreateDirectory(directory);
        SmallFile.Replace(PathIn(directory), string.Create(CultureInfo.InvariantCulture, $"{Number} {Position}"));
    }

    internal static void Delete(string directory)
    {
        if (Directory.Exists(directory))
            File.Delete(PathIn(directory));
    }

    private static string PathIn(string directory) => Path.Combine(directory, "start");
}
