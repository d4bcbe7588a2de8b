using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Gathers the numbers of several rounds.</summary>
internal sealed class SampleBook
{
    private readonly Dictionary<(string Contender, string What), List<double>> _values = [];

    /// <summary>All rounds together, in the order of their first numbers.</summary>
    internal IReadOnlyList<Samples> All =>
        [.. _values.Select(one => new Samples(one.Key.Contender, one.Key.What, one.Value))];

    internal void Keep(string contender, string what, IReadOnlyList<double> more)
    {
        if (!_values.TryGetValue((contender, what), out var values))
            _values[(contender, what)] = values = [];
        values.AddRange(more);
        var samples = new Samples(contender, what, more);
        Console.Error.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{contender}, {what}: median {samples.Median:0.0}, p95 {samples.P95:0.0}"));
    }
}
