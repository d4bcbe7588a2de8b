namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>The chance of a run of tests: given by <c>GODWIT_SEED</c>, or taken anew and printed.</summary>
internal static class JourneySeed
{
    /// <summary>Whether tests run at full length (<c>./dev soak</c>).</summary>
    public static bool IsSoak { get; } = Environment.GetEnvironmentVariable("GODWIT_SOAK") == "1";

    private static readonly int First =
        int.TryParse(Environment.GetEnvironmentVariable("GODWIT_SEED"), out var seed)
            ? seed
            : Random.Shared.Next(100_000);

    /// <summary>The seed of a test, which is printed when the test has ended.</summary>
    /// <param name="repeat">Which of several in a row; each has chances of its own.</param>
    public static ulong Print(ITestOutputHelper output, int repeat = 0)
    {
        output.WriteLine($"GODWIT_SEED={First}, repeat {repeat}");
        return (ulong)(First + (1_000_003L * repeat));
    }
}
