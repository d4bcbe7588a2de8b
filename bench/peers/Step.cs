namespace Godwit.Bench.Peers;

/// <summary>Something that a contender does and that is measured.</summary>
/// <param name="Name">What is reached by it; equal names are compared.</param>
/// <param name="Command">How; asked for anew in each round.</param>
internal sealed record Step(string Name, Func<Command> Command)
{
    internal Step(string name, Command command)
        : this(name, () => command)
    {
    }

    /// <summary>Whether it goes on where the step before ended: then it is charged with that one's time too.</summary>
    internal bool Continues { get; init; }
}
