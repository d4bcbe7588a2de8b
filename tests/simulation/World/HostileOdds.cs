namespace Godwit.Tests.Simulation;

/// <summary>How often the world fails, as parts of 1 for each call.</summary>
public sealed record HostileOdds
{
    /// <summary>A world in which nothing fails, but everything happens in any order.</summary>
    public static HostileOdds Friendly { get; } = new() { FailBefore = 0, FailAfter = 0, Die = 0, Repeat = 0 };

    /// <summary>The call fails and had no effect.</summary>
    public double FailBefore { get; init; } = 0.03;

    /// <summary>The call had its effect and fails all the same.</summary>
    public double FailAfter { get; init; } = 0.03;

    /// <summary>The process dies before the effect, after it, or in the middle of a read.</summary>
    public double Die { get; init; } = 0.002;

    /// <summary>A source tells again what it has told before, together with what is new.</summary>
    public double Repeat { get; init; } = 0.05;

    /// <summary>The call takes its time.</summary>
    public double Delay { get; init; } = 0.1;

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(30);

    /// <summary>After so many failures and deaths the world is friendly, so that every story comes to an end.</summary>
    public int Most { get; init; } = 60;
}
