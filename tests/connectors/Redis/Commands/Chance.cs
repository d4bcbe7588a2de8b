namespace Godwit.Tests.Connectors.Redis.Commands;

/// <summary>The chance of a test: given by <c>GODWIT_SEED</c>, or taken anew and printed.</summary>
internal static class Chance
{
    public static Random Dice(ITestOutputHelper output)
    {
        if (!int.TryParse(Environment.GetEnvironmentVariable("GODWIT_SEED"), out var seed))
            seed = Random.Shared.Next();
        output.WriteLine($"GODWIT_SEED={seed}");
        return new Random(seed);
    }
}
