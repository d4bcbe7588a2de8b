namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>What a broker as source has handed out. May be used by several threads at once.</summary>
/// <remarks>
/// Invariant: a batch is on the disk here, with the hashes of its messages, before anybody is told of it. So after any
/// crash exactly the same batch can be made of what the broker delivers again. That a batch was taken away for good is
/// said by the broker, not by this file: see <see cref="Intake"/>.
/// </remarks>
internal sealed class SentLedger(LedgerFile file)
{
    /// <summary>More than there can be batches between two marks.</summary>
    private const ulong MarkStep = 1UL << 32;

    private readonly Lock _lock = new();
    private bool _isRead;
    private volatile Tallies _tallies = Tallies.None;

    /// <summary>Of all batches that were taken away for good.</summary>
    internal Tallies Tallies
    {
        get
        {
            Read();
            return _tallies;
        }
    }

    /// <summary>The number of the last batch that was made.</summary>
    internal ulong Number { get; private set; }

    /// <summary>The last position that was told.</summary>
    internal ulong Told { get; private set; }

    /// <summary>The position of the last mark.</summary>
    internal ulong Marked { get; private set; }

    /// <summary>The most messages of a queue that were ever on their way at once.</summary>
    internal int Widest { get; private set; }

    /// <summary>The messages of the last batch while it is not known whether they were taken away; null when there is
    /// none.</summary>
    internal IReadOnlyList<QueuedHash>? Pending { get; private set; }

    /// <summary>The next batch, which is on the disk when this returns.</summary>
    internal void Begin(IReadOnlyList<QueuedHash> hashes)
    {
        lock (_lock)
        {
            Read();
            if (Pending is not null)
                throw new InvalidOperationException("A batch begins when the one before was taken away.");
            (Number, Pending) = (Number + 1, hashes);
            Write();
        }
    }

    /// <summary>So many of a queue may be on their way from here on.</summary>
    internal void Widen(int messages)
    {
        lock (_lock)
        {
            Read();
            if (messages <= Widest)
                return;
            Widest = messages;
            Write();
        }
    }

    /// <summary>The pending batch was taken away. Remembered at the broker; here with the next batch.</summary>
    internal void Fold()
    {
        lock (_lock)
        {
            Read();
            if (Pending is not null)
                _tallies = _tallies.Add(Pending);
            Pending = null;
        }
    }

    /// <summary>The position of the next batch: after everything told, before every mark to come.</summary>
    internal ulong Tell(ulong after)
    {
        lock (_lock)
        {
            Read();
            return Told = Math.Max(Told, after) + 1;
        }
    }

    /// <summary>A position after everything that is told before <see cref="Pass"/> says that it was reached.</summary>
    internal ulong Mark()
    {
        lock (_lock)
        {
            Read();
            Marked = Math.Max(Marked, Told) + MarkStep;
            Write();
            return Marked;
        }
    }

    internal void Pass(ulong mark)
    {
        lock (_lock)
        {
            Read();
            Told = Math.Max(Told, mark);
        }
    }

    internal void Delete()
    {
        lock (_lock)
        {
            file.Delete();
            (_tallies, Number, Told, Marked, Widest, Pending) = (Tallies.None, 0, 0, 0, 0, null);
        }
    }

    internal void Read()
    {
        lock (_lock)
        {
            if (_isRead)
                return;
            (_tallies, Number, Told, Marked, Widest, Pending) = (Tallies.None, 0, 0, 0, 0, null);
            file.Read(Take);
            _isRead = true;
        }
    }

    private void Take(BinaryReader from)
    {
        (Number, Told, Marked) = (from.ReadUInt64(), from.ReadUInt64(), from.ReadUInt64());
        Widest = from.ReadInt32();
        _tallies = Tallies.Read(from);
        Pending = from.ReadBoolean() ? Hashes.Read(from) : null;
    }

    /// <summary>What could not be written is not so: the file is read again then.</summary>
    private void Write()
    {
        _isRead = false;
        file.Write(to =>
        {
            to.Write(Number);
            to.Write(Told);
            to.Write(Marked);
            to.Write(Widest);
            _tallies.Write(to);
            to.Write(Pending is not null);
            if (Pending is not null)
                Hashes.Write(to, Pending);
        });
        _isRead = true;
    }
}
