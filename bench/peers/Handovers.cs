using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>Cutover and rollback in turn, and how long each held writers up.</summary>
internal sealed class Handovers(Migration migration)
{
    internal const string Seen = "pause in ms, as the writer sees it";
    internal const string Said = "pause in ms, as Godwit says";

    private const string Refused = "refused, because it was not ready";
    private const int NotReady = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly List<double> _seen = [];
    private readonly List<double> _said = [];
    private readonly List<double> _refused = [];

    /// <summary>Of each handover its pauses, and how often it was refused before.</summary>
    internal IReadOnlyList<Samples> Samples =>
        [.. new[]
        {
            new Samples(Contender.Godwit, Seen, _seen), new Samples(Contender.Godwit, Said, _said),
            new Samples(Contender.Godwit, Refused, _refused),
        }.Where(one => one.Values.Count > 0)];

    /// <summary>Repeats it until one is refused for a minute.</summary>
    /// <param name="count">How often the data changes its side.</param>
    /// <param name="takeLongest">The writer's longest wait in milliseconds since it was asked last.</param>
    internal void Repeat(int count, Func<double> takeLongest)
    {
        var isReady = true;
        for (var i = 0; i < count && isReady; i++)
            isReady = TryHandOver(i % 2 == 0 ? "cutover" : "rollback", takeLongest);
    }

    private bool TryHandOver(string word, Func<double> takeLongest)
    {
        var (start, refusals) = (Stopwatch.GetTimestamp(), 0);
        takeLongest();
        int code;
        string text;
        while (((code, text) = migration.Tell(word).Run()).code == NotReady)
        {
            refusals++;
            takeLongest();
            if (Stopwatch.GetElapsedTime(start) > Patience)
                break;
        }
        _refused.Add(refusals);
        if (code == NotReady)
        {
            Console.Error.WriteLine(text);
            return false;
        }
        if (code != 0)
            throw new InvalidOperationException($"{word} failed: {text}");
        using var answer = JsonDocument.Parse(text);
        // The writer goes on at the new place before the next question.
        Thread.Sleep(TimeSpan.FromMilliseconds(200));
        _seen.Add(takeLongest());
        _said.Add(answer.RootElement.GetProperty(word + "_pause_ms").GetDouble());
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{word}: {_seen[^1]:0} ms seen, {_said[^1]:0} ms said"));
        return true;
    }
}
