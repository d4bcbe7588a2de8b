using Godwit.Core.Stores;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Copying;

/// <summary>Counts what of one move is copied, for progress.</summary>
internal sealed class CopyTally
{
    private readonly Dictionary<(int Stream, int Index), (long Records, long Bytes)> _chunks = [];

    /// <param name="known">What earlier lives have copied, as far as the journal heard of it.</param>
    internal CopyTally(IEnumerable<ChunkDoneFact> known)
    {
        foreach (var done in known)
            _chunks[(done.Stream, done.Index)] = (done.Records, done.Bytes);
    }

    internal long Records => _chunks.Values.Sum(one => one.Records);

    internal long Bytes => _chunks.Values.Sum(one => one.Bytes);

    internal void Add(ChunkDone done) => _chunks[(done.Stream, done.Index)] = (done.Records, done.Bytes);

    internal (int Chunks, long Records, long Bytes) Of(int stream)
    {
        var chunks = _chunks.Where(one => one.Key.Stream == stream).ToList();
        return (chunks.Count, chunks.Sum(one => one.Value.Records), chunks.Sum(one => one.Value.Bytes));
    }
}
