using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Records;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Turns messages of the log into touched keys.</summary>
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

    private readonly List<(byte Kind, int Start, int Length)> _fields = [];
    private byte[] _tuple = [];
    private ulong _commitsAt;
    private DateTimeOffset _began;
    private uint _transaction;
    private bool _isOwn;

    /// <summary>End of the last commit that was read.</summary>
    internal ulong LastEnd { get; set; }

    /// <summary>Whether a transaction has begun and not ended.</summary>
    internal bool IsInside { get; private set; }

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
                Change(message, into);
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
            throw new GodwitException(PostgreSqlProblems.TableChanged(
                filter.Shown, name, $"The column {missing.Message} is gone.", LogPosition.Show(LastEnd)));
        }
    }

    private void Change(LogMessage message, LogBatch into)
    {
        if (_relations[message.Number32()] is not { } relation)
            return;
        for (var part = message.Next; part is (byte)'K' or (byte)'O' or (byte)'N'; part = message.Next)
        {
            message.Byte();
            ReadTuple(ref message);
            // Where the key did not change, an old tuple is not told, and a new one may hold a part of the key that was
            // stored apart and is not told again: then the old tuple is.
            if (part == (byte)'N' && relation.Key.Any(place => _fields[place].Kind == (byte)'u'))
                continue;
            Touch(relation, isOld: part != (byte)'N', into);
        }
    }

    private void Touch(Relation relation, bool isOld, LogBatch into)
    {
        var key = relation.Scratch;
        key.Clear();
        for (var i = 0; i < relation.Key.Length; i++)
            AppendField(key, relation.Wires[i], relation.Key[i]);
        key.EndRecord();
        var touched = Key.Of(key, 0);
        if (_isOwn)
        {
            // It is at the other side, where it came from; nobody is told, but what becomes of it concerns us.
            if (isOld)
                filter.Unload(relation.Stream, touched);
            else
                filter.Load(relation.Stream, touched);
        }
        else if (filter.Concerns(relation.Stream, touched, isOld ? null : TenantOf(relation), _commitsAt))
            into.Touch(relation.Stream, touched);
    }

    /// <summary>Whose the row is after the change; null when the log does not tell.</summary>
    private Key? TenantOf(Relation relation)
    {
        if (relation.Tenant < 0 || _fields[relation.Tenant].Kind == (byte)'u')
            return null;
        using var value = new RecordBatch(1);
        AppendField(value, Wire.Of(relation.Stream.Schema.Columns[relation.Stream.TenantColumn]), relation.Tenant);
        value.EndRecord();
        return Key.Of(value, 0);
    }

    private void AppendField(RecordBatch batch, Wire wire, int place)
    {
        var (kind, start, length) = _fields[place];
        if (kind == (byte)'t')
            KeyText.Append(batch, wire, _tuple.AsSpan(start, length));
        else
            batch.AppendNull();
    }

    private void ReadTuple(ref LogMessage message)
    {
        _fields.Clear();
        var used = 0;
        for (var left = message.Number16(); left > 0; left--)
        {
            var kind = message.Byte();
            if (kind != (byte)'t')
            {
                _fields.Add((kind, 0, 0));
                continue;
            }
            var text = message.Bytes((int)message.Number32());
            if (_tuple.Length < used + text.Length)
                Array.Resize(ref _tuple, Math.Max(used + text.Length, _tuple.Length * 2));
            text.CopyTo(_tuple.AsSpan(used));
            _fields.Add((kind, used, text.Length));
            used += text.Length;
        }
    }

    private void Truncate(LogMessage message, LogBatch into)
    {
        var count = message.Number32();
        message.Byte();
        for (; count > 0; count--)
        {
            if (_relations[message.Number32()] is not { } relation || _isOwn)
                continue;
            if (relation.Stream.Kind != ScopeKind.Everything)
                throw new GodwitException(PostgreSqlProblems.Truncated(
                    filter.Shown, relation.Stream.Schema.Name, LogPosition.Show(_commitsAt)));
            into.Emptied.Add(relation.Stream.Number);
        }
    }
}
