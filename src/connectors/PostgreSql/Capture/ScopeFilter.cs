using Godwit.Core.Digests;
using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Decides which touched keys concern the tenant, although the log tells those of all tenants.</summary>
/// <remarks>
/// <para>The log tells the new values of a row, so a row that is ours now is seen. It does not tell whose a row was
/// before it was deleted or given to another tenant. So the keys that are or were ours are remembered, as 64-bit
/// hashes: a superset, from which nothing is taken away. A wrong guess costs a look, never a change.</para>
/// <para>Invariant: a key that the target may hold is remembered before a batch that tells its end is made, or that
/// batch begins at a place up to which everything is told. A stream with a tenant's column is remembered where the log
/// is read; what was committed before <see cref="Since"/> is told whatever it is. Records that are scoped by a parent
/// are remembered when a batch finds them in scope. But a copy or a repair may have seen a record, or a parent, that is
/// gone again before a batch was made of its coming: so whatever was touched before the last such read is told,
/// see <see cref="HasRead"/>. When there are too many keys everything is told.</para>
/// <para>A record whose parent came or went has come or gone with it, although nobody wrote to it. Whether a parent
/// came or went is judged by what the target was told and has made durable, not by what was merely read.</para>
/// </remarks>
internal sealed class ScopeFilter(string shown)
{
    /// <summary>About 200 MB of hashes.</summary>
    internal const int Most = 8_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, HashSet<ulong>> _members = [];
    private readonly Dictionary<int, HashSet<ulong>> _durable = [];
    private readonly List<(Position Reached, int Stream, ulong Key, bool IsIn)> _pending = [];
    private readonly Dictionary<(int Stream, ulong Key), bool> _told = [];
    private ulong _read = ulong.MaxValue;
    private ulong _open = ulong.MaxValue;
    private bool _isFull;
    private long _count;

    internal string Shown => shown;

    /// <summary>Commits up to this place in the log concern everybody.</summary>
    internal ulong Since { get; private set; } = ulong.MaxValue;

    /// <summary>All keys that are in scope have been loaded; the log had grown up to here by then.</summary>
    internal void Begin(ulong end)
    {
        lock (_lock)
            Since = _read = _open = end;
    }

    /// <summary>Records were read past the log, and will be at the target; the log had grown up to here by
    /// then.</summary>
    internal void HasRead(ulong end)
    {
        lock (_lock)
        {
            _read = Math.Max(_read, end);
            _open = Math.Max(_open, end);
        }
    }

    /// <summary>Whether a batch that begins here tells everything.</summary>
    internal bool IsOpen(Position begin)
    {
        lock (_lock)
            return _isFull || LogPosition.Lsn(begin) <= _open;
    }

    /// <summary>A batch was read. One that tells everything may have told of a parent that is gone whose children are
    /// not remembered: until the end of the log as it was then, they are told too.</summary>
    internal void HasTold(Position begin, ulong end)
    {
        lock (_lock)
        {
            if (LogPosition.Lsn(begin) <= _read)
                _open = Math.Max(_open, end);
        }
    }

    /// <summary>Remembers a key that the target holds.</summary>
    internal void Load(ScopedStream stream, Key key)
    {
        lock (_lock)
        {
            Remember(stream, XxHash64.Hash(key.Bytes));
            if (!_isFull)
                Set(_durable, stream.Number).Add(XxHash64.Hash(key.Bytes));
        }
    }

    /// <summary>The target has given a record up.</summary>
    internal void Unload(ScopedStream stream, Key key)
    {
        lock (_lock)
            Set(_durable, stream.Number).Remove(XxHash64.Hash(key.Bytes));
    }

    /// <summary>Judged where the log is read.</summary>
    /// <param name="tenant">The tenant's id as it is after the change; null when it is not told.</param>
    /// <param name="commit">Where the change's transaction commits.</param>
    internal bool Concerns(ScopedStream stream, Key key, Key? tenant, ulong commit)
    {
        if (stream.Kind != ScopeKind.ByColumn || commit <= Since)
            return true;
        lock (_lock)
        {
            if (_isFull)
                return true;
            var hash = XxHash64.Hash(key.Bytes);
            if (tenant is null || !tenant.Equals(stream.Tenant))
                return Set(_members, stream.Number).Contains(hash);
            Remember(stream, hash);
            return true;
        }
    }

    /// <summary>Judged where a batch is made, for a key that is not in scope now: whether it ever was.</summary>
    /// <param name="begin">Where the batch begins.</param>
    internal bool WasOurs(ScopedStream stream, Key key, Position begin)
    {
        lock (_lock)
        {
            return stream.Kind == ScopeKind.Everything || IsOpen(begin)
                || Set(_members, stream.Number).Contains(XxHash64.Hash(key.Bytes));
        }
    }

    /// <summary>A batch tells that a key is in scope or not.</summary>
    /// <returns>Whether records that hang on it may have come or gone with it.</returns>
    internal bool Tell(ScopedStream stream, Key key, bool isIn, Position begin, Position reached)
    {
        if (stream.Kind == ScopeKind.Everything)
            return false;
        lock (_lock)
        {
            var hash = XxHash64.Hash(key.Bytes);
            if (isIn)
                Remember(stream, hash);
            // What a batch that is still on its way has told counts: this one comes after it.
            var before = _told.TryGetValue((stream.Number, hash), out var told)
                ? told
                : Set(_durable, stream.Number).Contains(hash);
            _pending.Add((reached, stream.Number, hash, isIn));
            _told[(stream.Number, hash)] = isIn;
            return IsOpen(begin) || before != isIn;
        }
    }

    /// <summary>Batches up to a position are durable.</summary>
    internal void Confirm(Position durable)
    {
        lock (_lock)
        {
            foreach (var (reached, stream, key, isIn) in _pending)
            {
                if (reached > durable || _isFull)
                    continue;
                if (isIn)
                    Set(_durable, stream).Add(key);
                else
                    Set(_durable, stream).Remove(key);
            }
            _pending.RemoveAll(one => one.Reached <= durable);
            _told.Clear();
            foreach (var (_, stream, key, isIn) in _pending)
                _told[(stream, key)] = isIn;
        }
    }

    /// <summary>What is not durable is told again from the log: that it was told before is void.</summary>
    internal void ForgetUntaken()
    {
        lock (_lock)
        {
            _pending.Clear();
            _told.Clear();
        }
    }

    private void Remember(ScopedStream stream, ulong hash)
    {
        if (_isFull || stream.Kind == ScopeKind.Everything || !Set(_members, stream.Number).Add(hash))
            return;
        if (++_count <= Most)
            return;
        _isFull = true;
        _members.Clear();
        _durable.Clear();
    }

    private static HashSet<ulong> Set(Dictionary<int, HashSet<ulong>> sets, int stream)
    {
        if (!sets.TryGetValue(stream, out var set))
            sets.Add(stream, set = []);
        return set;
    }
}
