using System.Globalization;
using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>Cutover and rollback in turn, and how long each held writers up.</summary>
internal sealed class Handovers(Migration migration)
{
    internal const string Seen = "pause in ms, as the writer sees it";
    internal const string Said = "pause in ms, as Godwit says";

    private readonly List<double> _seen = [];
    private readonly List<double> _said = [];

    internal IReadOnlyList<Samples> Samples =>
        [new Samples(Contender.Godwit, Seen, _seen), new Samples(Contender.Godwit, Said, _said)];

    /// <param name="count">How often the data changes its side.</param>
    /// <param name="takeLongest">The writer's longest wait in milliseconds since it was asked last.</param>
    internal void Repeat(int count, Func<double> takeLongest)
    {
        for (var i = 0; i < count; i++)
            HandOver(i % 2 == 0 ? "cutover" : "rollback", takeLongest);
    }

    private void HandOver(string word, Func<double> takeLongest)
    {
        takeLongest();
        using var answer = JsonDocument.Parse(migration.Tell(word).Ask());
        // The writer goes on at the new place before the next question.
        Thread.Sleep(TimeSpan.FromMilliseconds(200));
        _seen.Add(takeLongest());
        _said.Add(answer.RootElement.GetProperty(word + "_pause_ms").GetDouble());
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{word}: {_seen[^1]:0} ms seen, {_said[^1]:0} ms said"));
    }
}
