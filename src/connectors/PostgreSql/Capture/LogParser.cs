using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Turns messages of the log into touched keys, with their records where the log tells them.</summary>
/// <remarks>
/// Transactions come whole and in the order of their commits. Only the ends of commits are positions: the log's other
/// coordinates do not grow from one transaction to the next. A kind of message that is not known stops the run.
/// </remarks>
/// <param name="streams">What is followed.</param>
/// <param name="filter">Decides which keys concern the migration.</param>
/// <param name="own">Prefix of the message by which the migration marks its own transactions.</param>
internal sealed class LogParser(IReadOnlyList<ScopedStream> streams, ScopeFilter filter, string own)
{
    private readonly Dictionary<uint, Relation?> _relations = [];
    private readonly Dictionary<string, ScopedStream> _byName =
        streams.ToDictionary(one => one.Schema.Name, StringComparer.Ordinal);

    private readonly LogTuple _old = new();
    private readonly LogTuple _new = new();
    private ulong _commitsAt;
    private DateTimeOffset _began;
    private uint _transaction;
    private bool _isOwn;

    /// <summary>End of the last commit that was read.</summary>
    internal ulong LastEnd { get; set; }

    /// <summary>Whether a transaction has begun and not ended.</summary>
    internal bool IsInside { get; private set; }

    /// <summary>Where a TRUNCATE for all tenants stopped the reading; null when none did.</summary>
    internal (ScopedStream Stream, ulong Commit)? Truncated { get; private set; }

    /// <summary>Those that were carried out at the other side by a person: streams and commits.</summary>
    internal required IReadOnlySet<(int Stream, ulong Commit)> Passed { get; init; }

    /// <summary>The transaction that is being told goes on in another batch.</summary>
    internal void Continue(LogBatch into)
    {
        into.Oldest ??= _began;
        into.Transactions.Add(_transaction);
    }

    /// <exception cref="GodwitException">The log tells something that cannot be followed.</exception>
    internal void Take(ReadOnlySpan<byte> bytes, LogBatch into)
    {
        var message = new LogMessage(bytes);
        switch (message.Byte())
        {
            case (byte)'B':
                Begin(message, into);
                break;
            case (byte)'C':
                message.Bytes(9);
                LastEnd = message.Number64();
                IsInside = false;
                break;
            case (byte)'R':
                Describe(message, into);
                break;
            case (byte)'I' or (byte)'U' or (byte)'D':
                Change(message, bytes[0] == (byte)'I', into);
                break;
            case (byte)'T':
                Truncate(message, into);
                break;
            case (byte)'M':
                // Flags and place, then the prefix. Our own transactions say so before anything else.
                message.Bytes(9);
                _isOwn |= IsInside && message.Name() == own;
                break;
            case (byte)'O' or (byte)'Y':
                break;
            default:
                throw new GodwitException(PostgreSqlProblems.UnknownMessage(bytes[0], LogPosition.Show(LastEnd)));
        }
    }

    private void Begin(LogMessage message, LogBatch into)
    {
        (IsInside, _isOwn) = (true, false);
        _commitsAt = message.Number64();
        // Microseconds since 2000-01-01.
        var at = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddTicks((long)message.Number64() * 10);
        (_began, _transaction) = (at, message.Number32());
        Continue(into);
    }

    private void Describe(LogMessage message, LogBatch into)
    {
        var id = message.Number32();
        var name = $"{message.Name()}.{message.Name()}";
        message.Byte();
        var columns = new List<string>();
        for (var left = message.Number16(); left > 0; left--)
        {
            message.Byte();
            columns.Add(message.Name());
            message.Bytes(8);
        }
        if (!_byName.TryGetValue(name, out var stream))
        {
            _relations[id] = null;
            return;
        }
        into.Described.Add(stream.Number);
        try
        {
            _relations[id] = new Relation(stream, columns);
        }
        catch (KeyNotFoundException missing)
        {
            throw new GodwitException(
                PostgreSqlProblems.KeyNotTold(filter.Shown, name, missing.Message, LogPosition.Show(LastEnd)));
        }
    }

    private void Change(LogMessage message, bool isInsert, LogBatch into)
    {
        if (_relations[message.Number32()] is not { } relation)
            return;
        var (old, isWhole, isNew) = ((Key?)null, false, false);
        for (var part = message.Next; part is (byte)'K' or (byte)'O' or (byte)'N'; part = message.Next)
        {
            message.Byte();
            isNew = part == (byte)'N';
            (isNew ? _new : _old).Read(ref message);
            if (isNew)
                continue;
            old = relation.KeyOf(_old);
            isWhole = part == (byte)'O';
        }
        if (!isNew)
        {
            Leave(relation, old!, into);
            return;
        }
        // Where the key did not change, a part of it that is stored apart is not told again: then the old one is.
        var key = relation.LacksKey(_new) ? old! : relation.KeyOf(_new);
        var moves = old is not null && !old.Equals(key);
        if (moves)
            Leave(relation, old!, into);
        Come(relation, key, isWhole ? _old : null, wasThere: !isInsert && !moves, into);
    }

    /// <summary>No row has the key any more.</summary>
    private void Leave(Relation relation, Key key, LogBatch into)
    {
        var stream = relation.Stream;
        if (_isOwn)
        {
            // It is at the other side, where it came from; nobody is told, but what becomes of it concerns us.
            filter.Unload(stream, key);
            return;
        }
        if (!filter.Concerns(stream, key, tenant: null, _commitsAt))
            return;
        if (relation.TellsRecords)
            into.IsGone(stream, key, wasThere: true);
        else
            into.MustRead(stream, key, wasThere: true);
    }

    /// <summary>A row has the key now.</summary>
    /// <param name="wasThere">Whether one had it before this change.</param>
    private void Come(Relation relation, Key key, LogTuple? before, bool wasThere, LogBatch into)
    {
        var stream = relation.Stream;
        if (_isOwn)
        {
            filter.Load(stream, key);
            return;
        }
        var tenant = relation.TenantOf(_new);
        if (!filter.Concerns(stream, key, tenant, _commitsAt))
            return;
        if (!relation.TellsRecords || (tenant is null && stream.Kind == ScopeKind.ByColumn))
            into.MustRead(stream, key, wasThere);
        else if (tenant is not null && !tenant.Equals(stream.Tenant))
            into.IsGone(stream, key, wasThere);
        else
            Is(relation, key, before, wasThere, into);
    }

    private void Is(Relation relation, Key key, LogTuple? before, bool wasThere, LogBatch into)
    {
        var record = relation.RecordOf(_new, before, out var missing);
        // What has not changed is known by the old key, if at all.
        if (!wasThere && missing != 0)
            into.MustRead(relation.Stream, key, wasThere);
        else
            into.Is(relation.Stream, key, wasThere, record, missing);
    }

    private void Truncate(LogMessage message, LogBatch into)
    {
        var count = message.Number32();
        message.Byte();
        for (; count > 0; count--)
        {
            if (_relations[message.Number32()] is not { } relation || _isOwn)
                continue;
            var stream = relation.Stream;
            if (stream.Kind == ScopeKind.Everything)
                into.Empty(stream);
            else if (!Passed.Contains((stream.Number, _commitsAt)))
                Stop(stream);
        }
    }

    private void Stop(ScopedStream stream)
    {
        Truncated = (stream, _commitsAt);
        throw new GodwitException(PostgreSqlProblems.Truncated(
            filter.Shown, stream.Schema.Name, LogPosition.Show(_commitsAt)));
    }
}
