using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.Kit.Translation;

/// <summary>Which counter of one side fills the same column as which of the other.</summary>
internal sealed class CounterNames(IStore source, IStore target, Phrasebook words)
{
    private IReadOnlyList<(string Source, string Target)> _pairs = [];

    /// <summary>Looks the names up, so that they are known when traffic waits.</summary>
    internal async Task Learn(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var there = await words.There(streams, cancellation).ConfigureAwait(false);
        var here = (await source.Catalog.Model(streams, cancellation).ConfigureAwait(false)).Outlines;
        var other = (await target.Catalog.Model(there, cancellation).ConfigureAwait(false)).Outlines;
        var pairs = new List<(string, string)>();
        foreach (var (left, right) in here.Zip(other))
        {
            pairs.AddRange(left.Columns.Zip(right.Columns)
                .Where(pair => pair.First.Counter is not null && pair.Second.Counter is not null)
                .Select(pair => (pair.First.Counter!, pair.Second.Counter!)));
        }
        _pairs = pairs;
    }

    internal IReadOnlyList<Counter> There(IReadOnlyList<Counter> counters) =>
    [
        .. from counter in counters
           from pair in _pairs
           where pair.Source == counter.Name
           select counter with { Name = pair.Target },
    ];

    internal IReadOnlyList<Counter> Back(IReadOnlyList<Counter> counters) =>
    [
        .. from counter in counters
           from pair in _pairs
           where pair.Target == counter.Name
           select counter with { Name = pair.Source },
    ];
}
