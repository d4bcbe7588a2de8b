using System.Buffers.Binary;
using System.Text;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What stands between the values: notes of the server, databases, expiries, types and keys.</summary>
internal sealed partial class RdbReader
{
    private const int MostProperties = 64;
    private const int MostPropertyBytes = 1024;
    private const int ChecksumLength = 8;
    private const int FirstVersionWithChecksum = 5;

    private readonly Dictionary<string, string> _properties = new(StringComparer.Ordinal);
    private readonly List<byte[]> _functions = [];
    private long _functionBytes;
    private byte[] _keyRoom = [];
    private RdbString _key;

    /// <summary>What the server notes of itself, as far as read: <c>redis-ver</c>, <c>repl-id</c>, <c>ctime</c>… The
    /// first 64 of at most 1 KB each.</summary>
    internal IReadOnlyDictionary<string, string> Properties => _properties;

    /// <summary>Sources of the libraries of functions, as far as read.</summary>
    internal IReadOnlyList<byte[]> Functions => _functions;

    /// <summary>Keys that the databases met so far announced; may be wrong by those that expired.</summary>
    internal long ExpectedKeys { get; private set; }

    private Outcome ReadPrefix()
    {
        var held = _window.Held;
        if (held.Length == 0)
            return Outcome.NeedsMore;
        var code = held[0];
        if (code < RdbOpcode.Lowest)
            return ReadTypeAndKey(held);
        switch (code)
        {
            case RdbOpcode.ExpiresAtMs or RdbOpcode.ExpiresAtSeconds or RdbOpcode.Frequency or RdbOpcode.Idle:
                return ReadPrefixOfKey(held);
            case RdbOpcode.SelectDatabase:
                return ReadDatabase(held);
            case RdbOpcode.ResizeDatabase:
                return ReadExpectedKeys(held);
            case RdbOpcode.Aux:
                return ReadProperty(held);
            case RdbOpcode.Function:
                return ReadFunction(held);
            case RdbOpcode.ModuleAux:
                return BeginSkip("lllm");
            case RdbOpcode.SlotInfo:
                return BeginSkip("lll");
            case RdbOpcode.SlotImport when IsValkey:
                return BeginSkip("s(ll)");
            case RdbOpcode.KeyMetadata:
                BeginPrefix();
                HasMetadata = true;
                return BeginSkip("(4m)");
            case RdbOpcode.End:
                _window.Drop(1);
                _stage = Stage.Checksum;
                return Outcome.GoesOn;
            default:
                throw new UnknownRdbTypeException(code, [], _window.Position);
        }
    }

    private Outcome ReadTypeAndKey(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (!RdbString.TryRead(held, ref at, _window.Position, _mostHeld, out var key))
            return Outcome.NeedsMore;
        BeginPrefix();
        Type = held[0];
        _key = key;
        ValueStart = _window.Position + at;
        var shape = RdbType.Shape(Type, IsValkey)
            ?? throw new UnknownRdbTypeException(Type, key.ToArray(held, _window.Position), ValueStart);
        IsLarge = false;
        Value = default;
        _walker = new ValueWalker(shape);
        _valueStart = _walked = at;
        _stage = Stage.Value;
        return Outcome.GoesOn;
    }

    /// <summary>Only once the whole record is held: reading on moves what is held.</summary>
    private ReadOnlyMemory<byte> DecodeKey()
    {
        if (_key.Form == RdbString.Plain)
            return _window.Slice(_key.Start, _key.Length);
        if (_keyRoom.Length < _key.PlainLength)
            _keyRoom = new byte[Math.Max(64, _key.PlainLength)];
        return _keyRoom.AsMemory(0, _key.Decode(_window.Held, _window.Position, _keyRoom));
    }

    /// <summary>A record begins with the first of its prefixes, and they are true for no other.</summary>
    private void BeginPrefix()
    {
        if (_isPrefixed)
            return;
        _isPrefixed = true;
        RecordStart = _window.Position;
        ExpiresAtMs = null;
        HasMetadata = false;
    }

    private Outcome ReadPrefixOfKey(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (held[0] == RdbOpcode.Idle)
        {
            if (!RdbLength.TryRead(held, ref at, _window.Position, out _))
                return Outcome.NeedsMore;
            BeginPrefix();
            return Took(at);
        }
        at += held[0] switch { RdbOpcode.ExpiresAtMs => 8, RdbOpcode.ExpiresAtSeconds => 4, _ => 1 };
        if (held.Length < at)
            return Outcome.NeedsMore;
        BeginPrefix();
        if (held[0] == RdbOpcode.ExpiresAtMs)
            ExpiresAtMs = BinaryPrimitives.ReadInt64LittleEndian(held[1..]);
        else if (held[0] == RdbOpcode.ExpiresAtSeconds)
            ExpiresAtMs = 1000L * BinaryPrimitives.ReadInt32LittleEndian(held[1..]);
        return Took(at);
    }

    private Outcome ReadDatabase(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (!RdbLength.TryRead(held, ref at, _window.Position, out var database))
            return Outcome.NeedsMore;
        Database = database <= int.MaxValue
            ? (int)database
            : throw new RdbException($"There is no database {database}", _window.Position);
        return Took(at);
    }

    private Outcome ReadExpectedKeys(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (!RdbLength.TryRead(held, ref at, _window.Position, out var keys)
            || !RdbLength.TryRead(held, ref at, _window.Position, out _))
            return Outcome.NeedsMore;
        ExpectedKeys = (long)Math.Min((ulong)ExpectedKeys + Math.Min(keys, long.MaxValue), long.MaxValue);
        return Took(at);
    }

    private Outcome ReadProperty(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (!RdbString.TryRead(held, ref at, _window.Position, _mostHeld, out var name)
            || !RdbString.TryRead(held, ref at, _window.Position, _mostHeld, out var value))
            return Outcome.NeedsMore;
        if (_properties.Count < MostProperties
            && name.PlainLength <= MostPropertyBytes
            && value.PlainLength <= MostPropertyBytes)
        {
            _properties[Encoding.UTF8.GetString(name.ToArray(held, _window.Position))] =
                Encoding.UTF8.GetString(value.ToArray(held, _window.Position));
        }
        return Took(at);
    }

    private Outcome ReadFunction(ReadOnlySpan<byte> held)
    {
        var at = 1;
        if (!RdbString.TryRead(held, ref at, _window.Position, _mostHeld, out var source))
            return Outcome.NeedsMore;
        _functionBytes += source.PlainLength;
        if (_functionBytes > _mostHeld)
            throw new RdbException($"The functions have more than {_mostHeld} bytes", _window.Position);
        _functions.Add(source.ToArray(held, _window.Position));
        return Took(at);
    }

    private Outcome BeginSkip(string shape)
    {
        _walker = new ValueWalker(shape);
        _walked = 1;
        _stage = Stage.Skipped;
        return Outcome.GoesOn;
    }

    private Outcome Skip()
    {
        var ended = _walker.Walk(_window.Held, ref _walked, _window.Position);
        _window.Drop(_walked);
        _walked = 0;
        if (!ended)
            return Outcome.NeedsMore;
        _stage = Stage.Prefixes;
        return Outcome.GoesOn;
    }

    private Outcome Took(int count)
    {
        _window.Drop(count);
        return Outcome.GoesOn;
    }

    private Outcome ReadChecksum()
    {
        if (Version >= FirstVersionWithChecksum)
        {
            if (_window.Held.Length < ChecksumLength)
                return Outcome.NeedsMore;
            var said = BinaryPrimitives.ReadUInt64LittleEndian(_window.Held);
            if (said != 0 && said != _window.Sum())
                throw new RdbException("The checksum of the RDB is wrong: it was damaged on its way", _window.Position);
            _window.Drop(ChecksumLength);
        }
        _stage = Stage.Ended;
        return Outcome.End;
    }
}
