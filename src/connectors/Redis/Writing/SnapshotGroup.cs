using Godwit.Connectors.Redis.Protocol;
using Godwit.Connectors.Redis.Rdb;
using Godwit.Core.Positions;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Writing;

/// <summary>Keys of a snapshot that are written together, with the place in the snapshot that they reach.</summary>
internal sealed class SnapshotGroup
{
    private const int MostKeys = 256;
    private const int MostBytes = 512 << 10;

    private readonly RedisSession _session;
    private readonly HeldExpiries _expiries;
    private readonly byte[] _checkpoint;
    private readonly Position _taken;
    private readonly long _now;
    private readonly TargetEncoding _encoding;
    private readonly TransactionWriter _writer;
    private readonly LargeValueWriter _large;
    private readonly List<(int Database, byte[] Key)> _held = [];
    private readonly Dictionary<int, List<byte[]>> _keys = [];
    private CommandBatch? _commands;
    private int _selected;
    private int _start;
    private int _number;

    /// <param name="taken">Which snapshot.</param>
    /// <param name="now">The destination's clock, Unix milliseconds.</param>
    /// <param name="encoding">How the destination takes values.</param>
    internal SnapshotGroup(
        RedisSession session, HeldExpiries expiries, RedisConnection connection, byte[] checkpoint, Position taken,
        long now, TargetEncoding encoding)
    {
        (_session, _expiries, _checkpoint) = (session, expiries, checkpoint);
        (_taken, _now, _encoding, _selected) = (taken, now, encoding, session.OwnDatabase);
        _writer = new TransactionWriter(connection, checkpoint, session.Shown, session.Owner.IsCluster)
        {
            OnRefusal = Refuse,
        };
        _large = new LargeValueWriter(connection, session);
        _writer.Watch();
    }

    internal int Bytes => _commands is null ? 0 : _writer.Waiting - _start;

    internal bool IsFull => _commands is not null && (_keys[_number].Count >= MostKeys || Bytes >= MostBytes);

    /// <summary>Adds the key at which a reader stands.</summary>
    internal void Add(RdbReader reader)
    {
        var commands = Begin(reader.Database, reader.Key.Span);
        var expires = Expiry(reader.Database, reader.Key.Span, reader.ExpiresAtMs);
        commands.Begin(6).Arg("RESTORE"u8).Arg(reader.Key.Span).Arg(expires);
        if (_encoding.Takes(reader.Type, reader.IsValkey))
            RestorePayload.Write(
                commands.ArgSpace(reader.Value.Length + RestorePayload.Overhead), reader.Type, reader.Value.Span);
        else if (!_encoding.TryAdd(commands, reader.Type, reader.Value, reader.IsValkey))
            throw new GodwitException(RedisProblems.NotTaken(
                _session.Shown, Printable.Text(reader.Key.Span),
                $"It has no encoding for values of type {reader.Type}"));
        commands.Arg("REPLACE"u8).Arg("ABSTTL"u8);
    }

    /// <summary>Adds a key as the origin's DUMP gives it.</summary>
    /// <param name="expires">Unix milliseconds; −1: never.</param>
    internal void Add(int database, byte[] key, byte[] payload, long expires)
    {
        var commands = Begin(database, key);
        commands.Begin(6).Arg("RESTORE"u8).Arg(key).Arg(Expiry(database, key, expires < 0 ? null : expires));
        if (!_encoding.TryAddPayload(commands, payload, _session.PeerFacts.IsValkey, _session.Facts.IsValkey))
            throw new GodwitException(RedisProblems.NotTaken(
                _session.Shown, Printable.Text(key), $"It has no encoding for values of type {payload[0]}"));
        commands.Arg("REPLACE"u8).Arg("ABSTTL"u8);
    }

    /// <summary>Builds the value of a key, and adds what gives it its name. No group may be open.</summary>
    internal async Task AddLarge(RdbReader reader, Stream value, CancellationToken cancellation)
    {
        await _writer.Finish(cancellation).ConfigureAwait(false);
        await _large.Build(reader, value, _session.OwnDatabase, cancellation).ConfigureAwait(false);
        _large.AddRename(
            Begin(reader.Database, reader.Key.Span), reader.Key.Span,
            Expiry(reader.Database, reader.Key.Span, reader.ExpiresAtMs));
    }

    /// <summary>Libraries belong to a server, not to a tenant.</summary>
    internal void AddFunctions(IReadOnlyList<byte[]> libraries)
    {
        if (!_session.Scope.HasFunctions || _session.Facts.IsBefore7)
            return;
        foreach (var library in libraries)
            Commands().Begin(4).Arg("FUNCTION"u8).Arg("LOAD"u8).Arg("REPLACE"u8).Arg(library);
    }

    /// <summary>Ends the group, if there is one.</summary>
    internal async ValueTask End(long position, CancellationToken cancellation)
    {
        if (_commands is null)
            return;
        Select(_session.OwnDatabase);
        foreach (var (database, key) in _held)
            _expiries.Note(_commands, database, key);
        _held.Clear();
        Checkpoint.AddSnapshot(_commands, _checkpoint, _taken, position);
        _commands = null;
        await _writer.End(_number, cancellation).ConfigureAwait(false);
        _keys.Remove(_number++ - KeptNames);
    }

    /// <summary>Ends the last group with the fact that all is here, and returns when it is.</summary>
    internal async Task Finish(long position, long records, long bytes, CancellationToken cancellation)
    {
        var commands = Commands();
        Select(_session.OwnDatabase);
        Checkpoint.AddDone(commands, _checkpoint, records, bytes);
        await End(position, cancellation).ConfigureAwait(false);
        await _writer.Finish(cancellation).ConfigureAwait(false);
    }

    /// <summary>Groups whose keys can still be named when the server refuses one: more than are ever under
    /// way.</summary>
    private static int KeptNames => 1_024;

    private CommandBatch Commands()
    {
        if (_commands is not null)
            return _commands;
        (_commands, _start, _keys[_number]) = (_writer.Begin(), _writer.Waiting, []);
        return _commands;
    }

    private CommandBatch Begin(int database, ReadOnlySpan<byte> key)
    {
        var commands = Commands();
        Select(database);
        _keys[_number].Add(key.ToArray());
        return commands;
    }

    private long Expiry(int database, ReadOnlySpan<byte> key, long? expiresAtMs)
    {
        if (expiresAtMs is not { } said)
            return 0;
        var expires = HeldExpiries.WhileCopying(_now, said, out var isHeld);
        if (isHeld)
            _held.Add((database, key.ToArray()));
        return expires;
    }

    private void Select(int database)
    {
        if (!_session.Scope.IsServer || _selected == database)
            return;
        _commands!.Begin(2).Arg("SELECT"u8).Arg(database);
        _selected = database;
    }

    private void Refuse(int number, int command, RespValue said)
    {
        var keys = _keys.GetValueOrDefault(number) ?? [];
        var key = keys.Count == 1 ? Printable.Text(keys[0])
            : keys.Count == 0 ? "a key"
            : $"one of the keys from {Printable.Text(keys[0])} to {Printable.Text(keys[^1])} (command {command})";
        throw new GodwitException(RedisProblems.NotTaken(_session.Shown, key, RedisFailures.Said(said)));
    }
}
