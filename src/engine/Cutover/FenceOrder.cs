using Godwit.Engine.Planning;

namespace Godwit.Engine.Cutover;

/// <summary>In which order the fences of the moves go up and come down, in both directions.</summary>
/// <remarks>
/// Messages first: their fences ask and hold up nobody, and refuse to go up while somebody consumes. So nobody was sent
/// away when that is found out, and those who are sent away wait for the other fences only. Nothing that is moved
/// depends on the order: all fences are up before anything is drained.
/// </remarks>
internal static class FenceOrder
{
    /// <summary>Messages, then all others; each as they stand in the file.</summary>
    internal static IEnumerable<Lane> Up(IEnumerable<Lane> lanes) =>
        lanes.OrderByDescending(one => one.Ports.From.Abilities.HoldsMessages);

    /// <summary>The other way round: what holds writers up comes down first, and nothing has to wait for a broker that
    /// is out of reach.</summary>
    internal static IEnumerable<Lane> Down(IEnumerable<Lane> lanes) => Up(lanes).Reverse();
}
