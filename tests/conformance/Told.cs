using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Records;

namespace Godwit.Tests.Conformance;

/// <summary>What a source has told up to a position: for each touched key whether it is gone.</summary>
/// <remarks>Operations say which keys they touch and not what became of them: then both may be.</remarks>
public sealed class Told
{
    private readonly Dictionary<(int Stream, Key Key), bool?> _gone = [];

    public Position Reached { get; private set; }

    public int Batches { get; private set; }

    public bool IsTouched(int stream, Key key) => _gone.ContainsKey((stream, key));

    /// <summary>Whether it may be gone.</summary>
    /// <exception cref="KeyNotFoundException">It was not told of.</exception>
    public bool IsGone(int stream, Key key) => _gone[(stream, key)] != false;

    /// <summary>Whether it was told of and may be there.</summary>
    public bool IsHere(int stream, Key key) => _gone.TryGetValue((stream, key), out var isGone) && isGone != true;

    internal async Task Add(ChangeBatch batch)
    {
        Batches++;
        Reached = batch.Reached;
        var current = await CurrentKeys(batch);
        foreach (var touched in batch.Touched)
        {
            Assert.Equal(touched.Keys.Count, touched.Gone.Count);
            for (var i = 0; i < touched.Keys.Count; i++)
            {
                var key = (touched.Stream.Number, Key.Of(touched.Keys, i));
                _gone[key] = batch.Native is null ? touched.Gone[i] : null;
                if (batch.Native is not null)
                    continue;
                Assert.True(touched.Gone[i] != current.Remove(key), $"{key} is gone and has a record, or neither.");
            }
        }
        Assert.True(current.Count == 0, "Records came whose keys were not touched, or one came twice.");
    }

    private static async Task<HashSet<(int Stream, Key Key)>> CurrentKeys(ChangeBatch batch)
    {
        var (keys, stream) = (new HashSet<(int, Key)>(), -1);
        await foreach (var part in batch.Current(CancellationToken.None))
        {
            using var records = part.Records;
            Assert.True(part.Stream.Number >= stream, "A child came before its parents' stream was through.");
            stream = part.Stream.Number;
            for (var i = 0; i < records.Count; i++)
            {
                var key = Key.Of(records, i, part.Stream.Schema.KeyColumns.ToArray());
                Assert.True(keys.Add((stream, key)), $"{key} came twice in one batch.");
            }
        }
        return keys;
    }
}
