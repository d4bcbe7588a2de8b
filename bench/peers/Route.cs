using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>The route file, as an application reads it that met the fence.</summary>
/// <param name="file">Its path.</param>
/// <param name="target">The target's address.</param>
internal sealed class Route(string file, string target)
{
    /// <summary>Whether the data is at the target, as it stands a moment later.</summary>
    internal bool IsToTarget()
    {
        Thread.Sleep(1);
        if (!File.Exists(file))
            return false;
        using var routes = JsonDocument.Parse(File.ReadAllBytes(file));
        return routes.RootElement.EnumerateObject().SelectMany(one => one.Value.GetProperty("places").EnumerateObject())
            .Any(one => one.Value.GetString() == target);
    }
}
