using Godwit.Core.Positions;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What a broker as target has taken in. Belongs to one thread at a time; <see cref="Tallies"/> may be read by
/// any.</summary>
/// <remarks>
/// Invariant: whoever reads waits while the file is being written. In that moment it would read what was there before,
/// and a batch that has arrived would be forgotten.
/// A batch is begun, published, and confirmed, each on the disk before the next. While it is begun, the
/// <see cref="Attempt"/> says what of it has arrived.
/// </remarks>
internal sealed class ReceivedLedger(LedgerFile file)
{
    private readonly HashSet<int> _done = [];
    private readonly SortedSet<string> _bound = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private bool _isRead;
    private volatile Tallies _tallies = Tallies.None;

    /// <summary>Of all batches that were confirmed.</summary>
    internal Tallies Tallies
    {
        get
        {
            Read();
            return _tallies;
        }
    }

    /// <summary>Where this side stands; null before it was said where to begin.</summary>
    internal Position? Position { get; private set; }

    /// <summary>The number of the last batch that is here completely.</summary>
    internal ulong Confirmed { get; private set; }

    /// <summary>Tells the last confirmed batch from another one of that number.</summary>
    internal UInt128 ConfirmedHash { get; private set; }

    /// <summary>The number of the batch that was begun; the same as <see cref="Confirmed"/> when it is here.</summary>
    internal ulong Begun { get; private set; }

    /// <summary>Of the batch that was begun.</summary>
    internal Attempt Attempt { get; } = new();

    /// <summary>Streams of which the copy, which has nothing in it, is done.</summary>
    internal IReadOnlyCollection<int> Done
    {
        get
        {
            Read();
            return _done;
        }
    }

    /// <summary>Whether the way to a queue was made: it has to be there whole from then on.</summary>
    internal bool IsBound(string queue) => _bound.Contains(queue);

    internal void StartAt(Position position) => Change(() => Position = position);

    internal void CopyDone(int stream) => Change(() => _done.Add(stream));

    /// <summary>The way to a queue is there.</summary>
    internal void Bind(string queue) => Change(() => _bound.Add(queue));

    /// <summary>A queue is another one now, or none: the way to it has to be made anew.</summary>
    internal void Unbind(string queue) => Change(() =>
    {
        _bound.Remove(queue);
        Attempt.Forget(queue);
    });

    /// <summary>A new batch; the trackers are empty.</summary>
    /// <param name="number">Of the batch.</param>
    /// <param name="gone">Messages of it that will not be published.</param>
    /// <param name="depths">See <see cref="Moving.Attempt.Track"/>.</param>
    internal void Begin(
        ulong number, IReadOnlyList<(string Queue, int Ordinal)> gone, IReadOnlyDictionary<string, long> depths) =>
        Change(() =>
        {
            Begun = number;
            Attempt.Clear();
            Attempt.Land(gone);
            Attempt.Track(depths);
        });

    /// <inheritdoc cref="Moving.Attempt.Land"/>
    internal void Land(IReadOnlyList<(string Queue, int Ordinal)> messages) => Change(() => Attempt.Land(messages));

    /// <inheritdoc cref="Moving.Attempt.Track"/>
    internal void Track(IReadOnlyDictionary<string, long> depths) => Change(() => Attempt.Track(depths));

    /// <inheritdoc cref="Moving.Attempt.Confirm"/>
    internal void ConfirmSome(IReadOnlyList<(string Queue, int Ordinal)> messages) =>
        Change(() => Attempt.Confirm(messages));

    /// <summary>The batch that was begun is here completely.</summary>
    /// <param name="hashes">Of all its messages.</param>
    /// <param name="hash">See <see cref="ConfirmedHash"/>.</param>
    /// <param name="reached">Where this side stands by that.</param>
    internal void Confirm(IReadOnlyList<QueuedHash> hashes, UInt128 hash, Position? reached) => Change(() =>
    {
        Attempt.Clear();
        (Confirmed, ConfirmedHash, Position) = (Begun, hash, reached);
        _tallies = _tallies.Add(hashes);
    });

    internal void Delete()
    {
        lock (_lock)
        {
            file.Delete();
            Clear();
        }
    }

    internal void Read()
    {
        lock (_lock)
        {
            if (_isRead)
                return;
            Clear();
            file.Read(Take);
            _isRead = true;
        }
    }

    private void Change(Action change)
    {
        lock (_lock)
        {
            Read();
            change();
            Write();
        }
    }

    private void Clear()
    {
        _done.Clear();
        _bound.Clear();
        Attempt.Clear();
        (_tallies, Position, Confirmed, ConfirmedHash, Begun) = (Tallies.None, null, 0, 0, 0);
    }

    private void Take(BinaryReader from)
    {
        Position = from.ReadBoolean() ? new Position(from.ReadUInt32(), from.ReadUInt64()) : null;
        (Confirmed, ConfirmedHash) = (from.ReadUInt64(), new UInt128(from.ReadUInt64(), from.ReadUInt64()));
        Begun = from.ReadUInt64();
        _tallies = Tallies.Read(from);
        for (var left = from.ReadInt32(); left > 0; left--)
            _done.Add(from.ReadInt32());
        for (var left = from.ReadInt32(); left > 0; left--)
            _bound.Add(from.ReadString());
        Attempt.Read(from);
    }

    /// <summary>What could not be written is not so: the file is read again then.</summary>
    private void Write()
    {
        _isRead = false;
        file.Write(to =>
        {
            to.Write(Position is not null);
            if (Position is { } position)
            {
                to.Write(position.Timeline);
                to.Write(position.Offset);
            }
            to.Write(Confirmed);
            to.Write((ulong)(ConfirmedHash >> 64));
            to.Write((ulong)ConfirmedHash);
            to.Write(Begun);
            _tallies.Write(to);
            to.Write(_done.Count);
            foreach (var stream in _done)
                to.Write(stream);
            to.Write(_bound.Count);
            foreach (var queue in _bound)
                to.Write(queue);
            Attempt.Write(to);
        });
        _isRead = true;
    }
}
