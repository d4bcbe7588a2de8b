using Godwit.Connectors.RabbitMq.Moving;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>Which messages of streams a broker as target has taken in, and where they lie. May be used by several
/// threads at once.</summary>
/// <remarks>A batch is begun, published, found in the stream, and confirmed. While it is in doubt nobody may tell which
/// messages of a stream are Godwit's own.</remarks>
internal sealed class ReceivedStreams(LedgerFile file, OffsetsFile offsets)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ReceivedStream> _streams = new(StringComparer.Ordinal);
    private readonly HashSet<string> _made = new(StringComparer.Ordinal);
    private bool _isRead;
    private ulong _begun, _confirmed;

    /// <summary>Streams that were not here before Godwit made them.</summary>
    internal IReadOnlyList<string> Made => Get(() => (IReadOnlyList<string>)[.. _made]);

    internal ReceivedStream this[string stream] =>
        Get(() => _streams.GetValueOrDefault(stream, ReceivedStream.None));

    /// <summary>Whether a batch was begun and is not confirmed.</summary>
    internal bool IsInDoubt => Get(() => _begun != _confirmed);

    internal bool IsBegun(ulong number) => Get(() => _begun == number);

    internal bool IsConfirmed(ulong number) => Get(() => _confirmed == number);

    /// <summary>On the disk when this returns, as all that follows.</summary>
    internal void NoteMade(IReadOnlyCollection<string> streams) => Set(() => _made.UnionWith(streams));

    /// <param name="states">Of the streams that are in the batch: before it.</param>
    internal void Begin(ulong number, IReadOnlyDictionary<string, ReceivedStream> states) => Set(() =>
    {
        foreach (var (stream, state) in states)
            _streams[stream] = state;
        _begun = number;
    });

    /// <param name="states">After it.</param>
    internal void Confirm(ulong number, IReadOnlyDictionary<string, ReceivedStream> states)
    {
        Set(() =>
        {
            foreach (var (stream, state) in states)
                _streams[stream] = state;
            _confirmed = number;
        });
        lock (_lock)
            offsets.Write(_streams);
    }

    internal void Delete() => Get(() =>
    {
        file.Delete();
        offsets.Delete();
        Clear();
        return true;
    });

    private T Get<T>(Func<T> get)
    {
        lock (_lock)
        {
            if (!_isRead)
            {
                Clear();
                file.Read(Take);
            }
            _isRead = true;
            return get();
        }
    }

    /// <summary>What could not be written is not so: the file is read again then.</summary>
    private void Set(Action change) => Get(() =>
    {
        change();
        _isRead = false;
        file.Write(Write);
        return _isRead = true;
    });

    private void Clear()
    {
        _streams.Clear();
        _made.Clear();
        (_begun, _confirmed) = (0, 0);
    }

    private void Take(BinaryReader from)
    {
        (_begun, _confirmed) = (from.ReadUInt64(), from.ReadUInt64());
        for (var left = from.ReadInt32(); left > 0; left--)
            _streams.Add(from.ReadString(), ReceivedStream.Read(from));
        for (var left = from.ReadInt32(); left > 0; left--)
            _made.Add(from.ReadString());
    }

    private void Write(BinaryWriter to)
    {
        to.Write(_begun);
        to.Write(_confirmed);
        to.Write(_streams.Count);
        foreach (var (stream, state) in _streams)
        {
            to.Write(stream);
            state.Write(to);
        }
        to.Write(_made.Count);
        foreach (var stream in _made)
            to.Write(stream);
    }
}
