using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Recovering;

namespace Godwit.Tests.Simulation;

/// <summary>A database in memory: what survives when a process dies. Applications write here; Godwit opens stores
/// over it.</summary>
/// <remarks>
/// <para>Transactions get their place in the log when they commit. With <see cref="ChangeCapture.AfterImages"/> an
/// application's transaction becomes visible to snapshots later than it is in the log, and in another order: until then
/// it is in flight in every <see cref="Visibility"/>, and its rows are locked. Only then it is acknowledged.</para>
/// <para>Each database has a timeline of its own, so that positions of two databases cannot be compared by
/// mistake.</para>
/// </remarks>
public sealed class MemoryDatabase
{
    private readonly Dictionary<string, StreamSchema> _schemas = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<MemoryTransaction> _log = [];
    private readonly Dictionary<string, long> _counters = [];
    private readonly HashSet<object> _writers = [];
    private readonly LockTable _locks;
    private readonly TimeProvider _clock;
    private readonly WriteLedger _ledger;
    private MemoryState _logged = MemoryState.Empty;
    private MemoryState _visible = MemoryState.Empty;
    private TaskCompletionSource _changed = new();
    private ulong _last;

    public MemoryDatabase(string name, uint timeline, MemorySettings settings, TimeProvider clock, WriteLedger ledger)
    {
        (Name, Timeline, Settings, _clock, _ledger) = (name, timeline, settings, clock, ledger);
        _locks = new LockTable(_schemas);
        Order = settings.PlainKeyOrder ? KeyOrder.Plain : KeyOrder.Backwards;
    }

    public string Name { get; }

    public string Address => $"memory:{Name}";

    public uint Timeline { get; }

    public MemorySettings Settings { get; }

    public KeyOrder Order { get; }

    public IReadOnlyList<StreamSchema> Schemas => [.. _schemas.Values];

    internal Dictionary<string, CaptureState> Captures { get; } = [];

    internal Dictionary<string, FenceState> Fences { get; } = [];

    internal Dictionary<string, TargetState> Targets { get; } = [];

    /// <summary>Creates an empty table; nothing when it exists.</summary>
    public void Create(StreamSchema schema)
    {
        _schemas.TryAdd(schema.Name, schema);
        _logged = _logged.Create(schema.Name, Order);
        _visible = _visible.Create(schema.Name, Order);
    }

    public RowWrite Put(string table, Row row) => new(table, row.KeyIn(_schemas[table]), row);

    public RowWrite Drop(string table, Row row) => new(table, row.KeyIn(_schemas[table]), null);

    /// <summary>One transaction of an application for one tenant: acknowledged and then visible to everybody, or
    /// refused.</summary>
    public async Task<WriteOutcome> Write(string tenant, params RowWrite[] writes)
    {
        if (IsFenced(writes))
            return Refuse();
        var writer = new object();
        _writers.Add(writer); // A fence that goes up now waits for this one, and lets it through.
        try
        {
            await Hesitate();
            await Until(() => _locks.IsFree(_locks.For(writes, _logged)), CancellationToken.None);
            var transaction = Log(null, writes);
            if (Settings.Changes == ChangeCapture.AfterImages)
            {
                Signal(); // It can be told of already, although nobody sees it yet.
                await Hesitate();
            }
            BecomeVisible(transaction);
            _ledger.Acknowledge(Name, tenant, writes);
            return WriteOutcome.Acknowledged;
        }
        finally
        {
            _writers.Remove(writer);
            Signal();
        }
    }

    /// <summary>What everybody can see of a table.</summary>
    public IReadOnlyDictionary<Key, Row> Contents(string table) => _visible.Table(table);

    /// <summary>What everybody can see of a stream in its scope, read without any store.</summary>
    public IReadOnlyDictionary<Key, Row> Contents(ScopedStream stream) =>
        _visible.Table(stream.Schema.Name)
            .Where(one => ScopeRule.Includes(stream, one.Value, _visible))
            .ToDictionary();

    public Row? Find(string table, Key key) => _visible.Find(table, key);

    /// <summary>The next number of a counter, as an automatic key.</summary>
    public long NextNumber(string counter) => _counters[counter] = _counters.GetValueOrDefault(counter) + 1;

    /// <summary>The highest number that a counter has given out.</summary>
    public long CounterValue(string counter) => _counters.GetValueOrDefault(counter);

    /// <summary>Whether a migration has left anything but data here.</summary>
    public bool IsTouchedByGodwit => Captures.Count + Fences.Count + Targets.Count > 0;

    /// <summary>Somebody drops what Godwit installed to capture changes, behind its back.</summary>
    public void LoseCaptures()
    {
        foreach (var capture in Captures.Values)
            capture.IsLost = true;
    }

    /// <summary>The end of the log.</summary>
    internal Position End => new(Timeline, _last);

    internal IReadOnlyDictionary<string, long> Counters => _counters;

    internal void RaiseCounter(string counter, long atLeast) =>
        _counters[counter] = Math.Max(_counters.GetValueOrDefault(counter), atLeast);

    internal MemorySnapshotView View() =>
        new(_visible, Visibility.Snapshot(Timeline, _last + 1, _locks.Holders));

    /// <summary>Entries of the log after a place, in order.</summary>
    internal IReadOnlyList<MemoryTransaction> LogAfter(ulong number) => [.. _log.Where(one => one.Number > number)];

    /// <summary>Forgets what no capture needs any more.</summary>
    internal void Forget()
    {
        var needed = Captures.Count == 0 ? ulong.MaxValue : Captures.Values.Min(one => one.Forgotten);
        _log.RemoveAll(one => one.Number <= needed);
    }

    /// <summary>A transaction of Godwit: decided on the newest state, written all at once and visible at
    /// once.</summary>
    internal async Task Commit(
        string mark, Func<MemoryState, IReadOnlyList<RowWrite>> decide, Action together, CancellationToken cancellation)
    {
        IReadOnlyList<RowWrite> writes = [];
        await Until(
            () =>
            {
                writes = decide(_logged);
                return _locks.IsFree(_locks.For(writes, _logged));
            },
            cancellation);
        together();
        if (writes.Count == 0)
            return;
        Log(mark, writes);
        _visible = _visible.With(writes);
        Signal();
    }

    /// <summary>An entry without data; returns its place.</summary>
    internal Position LogMarker(string mark)
    {
        Log(mark, []);
        var end = End;
        Signal();
        return end;
    }

    /// <summary>Waits until everything that is in the log now is visible.</summary>
    internal Task UntilVisible(CancellationToken cancellation)
    {
        var present = _locks.Holders.ToHashSet();
        return Until(() => !_locks.Holders.Any(present.Contains), cancellation);
    }

    /// <summary>Waits until all writers that have begun are done.</summary>
    internal Task UntilWritersAreDone(CancellationToken cancellation)
    {
        var present = _writers.ToHashSet();
        return Until(() => !_writers.Overlaps(present), cancellation);
    }

    internal async Task Until(Func<bool> condition, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        while (!condition())
            await _clock.WaitFor(Changed(), TimeSpan.FromDays(1), cancellation);
    }

    /// <summary>Done at the next change of anything.</summary>
    internal Task Changed() => _changed.Task;

    internal void Signal()
    {
        var changed = _changed;
        _changed = new TaskCompletionSource();
        changed.TrySetResult();
    }

    private bool IsFenced(RowWrite[] writes) => Fences.Values.Any(one => one.IsUp && one.Covers(writes, _logged));

    private WriteOutcome Refuse()
    {
        _ledger.Refuse();
        return WriteOutcome.Refused;
    }

    private MemoryTransaction Log(string? mark, IReadOnlyList<RowWrite> writes)
    {
        var after = _logged.With(writes);
        var transaction = new MemoryTransaction(++_last, _clock.GetUtcNow(), mark, writes, _logged, after);
        if (Captures.Count > 0)
            _log.Add(transaction);
        if (mark is null)
            _locks.Hold(_last, _locks.For(writes, _logged));
        _logged = after;
        return transaction;
    }

    private void BecomeVisible(MemoryTransaction transaction)
    {
        _visible = _visible.With(transaction.Writes);
        _locks.Release(transaction.Number);
        Signal();
    }

    private Task Hesitate() => Settings.Hesitate?.Invoke() ?? Task.CompletedTask;
}
