namespace Godwit.Bench.Peers;

/// <summary>One piece of work that all contenders do.</summary>
/// <param name="Title">What is moved, and where.</param>
/// <param name="Place">Where.</param>
/// <param name="Contenders">In the order in which they take turns.</param>
/// <param name="Wrong">Counts what at the target is not as at the source.</param>
/// <param name="Aims">What Godwit wants to reach here.</param>
internal sealed record Course(
    string Title, Place Place, IReadOnlyList<Contender> Contenders, Func<long> Wrong, IReadOnlyList<Aim> Aims)
{
    /// <summary>What Godwit wants to do a second at least.</summary>
    internal IReadOnlyList<Pace> Paces { get; init; } = [];

    /// <summary>The memory that Godwit wants to stay below.</summary>
    internal int MostMegabytes { get; init; } = 200;
}
