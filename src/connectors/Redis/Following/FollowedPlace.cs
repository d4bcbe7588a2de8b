using System.Globalization;
using Godwit.Connectors.Kit;

namespace Godwit.Connectors.Redis.Following;

/// <summary>Where reading a journal may begin: a position that need not be read again, and the database that is
/// selected there.</summary>
internal sealed record FollowedPlace(long Position, int Database)
{
    internal static FollowedPlace? Read(string directory)
    {
        var path = PathIn(directory);
        return File.Exists(path) && File.ReadAllText(path).Split(' ') is [var position, var database]
            ? new FollowedPlace(
                long.Parse(position, CultureInfo.InvariantCulture),
                int.Parse(database, CultureInfo.InvariantCulture))
            : null;
    }

    internal void Write(string directory) => SmallFile.Replace(
        PathIn(directory), string.Create(CultureInfo.InvariantCulture, $"{Position} {Database}"));

    private static string PathIn(string directory) => Path.Combine(directory, "place");
}
