namespace Godwit.Cli;

/// <summary>Everything that a command sees of the machine; a test makes its own.</summary>
internal sealed record Surroundings
{
    public required TextWriter Output { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Whether a person watches the output, so that it may move and have colours.</summary>
    public required bool OutputIsTerminal { get; init; }

    public required bool ErrorIsTerminal { get; init; }

    public required Func<string, string?> Variable { get; init; }

    /// <summary>Where relative paths start.</summary>
    public required string Directory { get; init; }

    public required TimeProvider Clock { get; init; }

    public required Func<double> Chance { get; init; }

    /// <summary>The process as it is.</summary>
    public static Surroundings OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        OutputIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Variable = Environment.GetEnvironmentVariable,
        Directory = Environment.CurrentDirectory,
        Clock = TimeProvider.System,
        Chance = Random.Shared.NextDouble,
    };
}
