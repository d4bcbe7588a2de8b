using Godwit.Core.Positions;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What a broker as target has taken in. Belongs to one thread at a time; <see cref="Tallies"/> may be read by
/// any.</summary>
/// <remarks>
/// A batch is begun, published, and confirmed, each on the disk before the next. While it is begun, what of it has
/// arrived is <see cref="Landed"/>, and what the trackers hold on top of it where <see cref="IsTracked"/>.
/// </remarks>
internal sealed class ReceivedLedger(LedgerFile file)
{
    private readonly Dictionary<string, SortedSet<int>> _landed = new(StringComparer.Ordinal);
    private readonly HashSet<int> _done = [];
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

    /// <summary>Whether the trackers count what was published since <see cref="Landed"/> was written.</summary>
    internal bool IsTracked { get; private set; }

    /// <summary>Streams of which the copy, which has nothing in it, is done.</summary>
    internal IReadOnlyCollection<int> Done
    {
        get
        {
            Read();
            return _done;
        }
    }

    /// <summary>Which messages of a queue in the batch that was begun have arrived for sure.</summary>
    internal IReadOnlySet<int> Landed(string queue) => _landed.GetValueOrDefault(queue) ?? [];

    internal void StartAt(Position position)
    {
        Read();
        Position = position;
        Write();
    }

    internal void CopyDone(int stream)
    {
        Read();
        if (_done.Add(stream))
            Write();
    }

    /// <summary>A new batch; the trackers are empty.</summary>
    internal void Begin(ulong number)
    {
        Read();
        _landed.Clear();
        (Begun, IsTracked) = (number, true);
        Write();
    }

    /// <summary>Some more have arrived for sure. The trackers count nothing from here on.</summary>
    internal void Land(IReadOnlyList<(string Queue, int Ordinal)> messages)
    {
        Read();
        foreach (var (queue, ordinal) in messages)
        {
            if (!_landed.TryGetValue(queue, out var landed))
                _landed.Add(queue, landed = []);
            landed.Add(ordinal);
        }
        IsTracked = false;
        Write();
    }

    /// <summary>The trackers are empty again, and count.</summary>
    internal void Track()
    {
        Read();
        IsTracked = true;
        Write();
    }

    /// <summary>The batch that was begun is here completely.</summary>
    /// <param name="hashes">Of all its messages.</param>
    /// <param name="hash">See <see cref="ConfirmedHash"/>.</param>
    /// <param name="reached">Where this side stands by that.</param>
    internal void Confirm(IReadOnlyList<QueuedHash> hashes, UInt128 hash, Position? reached)
    {
        Read();
        _landed.Clear();
        (Confirmed, ConfirmedHash, IsTracked, Position) = (Begun, hash, false, reached);
        _tallies = _tallies.Add(hashes);
        Write();
    }

    internal void Delete()
    {
        file.Delete();
        Clear();
    }

    internal void Read()
    {
        lock (file)
        {
            if (_isRead)
                return;
            Clear();
            file.Read(Take);
            _isRead = true;
        }
    }

    private void Clear()
    {
        _landed.Clear();
        _done.Clear();
        (_tallies, Position, Confirmed, ConfirmedHash, Begun, IsTracked) = (Tallies.None, null, 0, 0, 0, false);
    }

    private void Take(BinaryReader from)
    {
        Position = from.ReadBoolean() ? new Position(from.ReadUInt32(), from.ReadUInt64()) : null;
        (Confirmed, ConfirmedHash) = (from.ReadUInt64(), new UInt128(from.ReadUInt64(), from.ReadUInt64()));
        (Begun, IsTracked) = (from.ReadUInt64(), from.ReadBoolean());
        _tallies = Tallies.Read(from);
        for (var left = from.ReadInt32(); left > 0; left--)
            _done.Add(from.ReadInt32());
        for (var left = from.ReadInt32(); left > 0; left--)
        {
            var landed = _landed[from.ReadString()] = [];
            for (var more = from.ReadInt32(); more > 0; more--)
                landed.Add(from.ReadInt32());
        }
    }

    /// <summary>What could not be written is not so: the file is read again then. Whoever asks for the tallies
    /// meanwhile waits, and does not read the file as it was before.</summary>
    private void Write()
    {
        lock (file)
        {
            _isRead = false;
            file.Write(Fill);
            _isRead = true;
        }
    }

    private void Fill(BinaryWriter to)
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
        to.Write(IsTracked);
        _tallies.Write(to);
        to.Write(_done.Count);
        foreach (var stream in _done)
            to.Write(stream);
        to.Write(_landed.Count);
        foreach (var (queue, landed) in _landed)
        {
            to.Write(queue);
            to.Write(landed.Count);
            foreach (var ordinal in landed)
                to.Write(ordinal);
        }
    }
}
