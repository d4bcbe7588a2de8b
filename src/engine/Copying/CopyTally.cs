using Godwit.Core.Stores;

namespace Godwit.Engine.Copying;

/// <summary>Counts what of one move is copied, for progress.</summary>
internal sealed class CopyTally
{
    private readonly Dictionary<int, (int Chunks, long Records, long Bytes)> _streams = [];

    internal long Records => _streams.Values.Sum(one => one.Records);

    internal long Bytes => _streams.Values.Sum(one => one.Bytes);

    internal void Clear() => _streams.Clear();

    internal void Add(ChunkDone done)
    {
        var (chunks, records, bytes) = Of(done.Stream);
        _streams[done.Stream] = (chunks + 1, records + done.Records, bytes + done.Bytes);
    }

    internal (int Chunks, long Records, long Bytes) Of(int stream) => _streams.GetValueOrDefault(stream);
}
