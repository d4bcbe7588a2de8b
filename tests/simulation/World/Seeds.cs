namespace Godwit.Tests.Simulation;

/// <summary>Lives many lives, each by its own seed; a failure says the seed that replays it.</summary>
/// <remarks><c>./dev sim SEED</c> sets GODWIT_SEED: then only that life is lived. GODWIT_SOAK=1: a hundred times as
/// many.</remarks>
public static class Seeds
{
    public static void Every(int runs, Action<ulong> live)
    {
        if (ulong.TryParse(Environment.GetEnvironmentVariable("GODWIT_SEED"), out var wanted))
        {
            live(wanted);
            return;
        }
        var soak = Environment.GetEnvironmentVariable("GODWIT_SOAK") == "1";

        // A normal run is the same for everybody; a soak goes where nobody was before.
        var seeds = new Dice(soak ? (ulong)DateTime.UtcNow.Ticks : 1);
        for (var i = 0; i < (soak ? runs * 100 : runs); i++)
            Live(live, ((ulong)seeds.Next(int.MaxValue) << 31) | (uint)seeds.Next(int.MaxValue));
    }

    private static void Live(Action<ulong> live, ulong seed)
    {
        try
        {
            live(seed);
        }
        catch (Exception failure)
        {
            throw new StoryFailedException($"Seed {seed}. Replay: ./dev sim {seed}\n---- {failure.Message}", failure);
        }
    }
}
