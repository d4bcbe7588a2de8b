using System.Globalization;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Takes an RDB apart into its keys, without decoding their values.</summary>
/// <remarks>
/// Reads its stream forward and ahead, so the stream's own position says nothing: <see cref="Position"/> does. What a
/// key has is valid until the next <see cref="Read"/>. Damage is an <see cref="RdbException"/>; a value whose end
/// cannot be found an <see cref="UnknownRdbTypeException"/>. After either, nothing more can be read.
/// </remarks>
/// <param name="input">Read to the end of the RDB or further; stays the caller's.</param>
/// <param name="mostHeld">Bytes that a value may have to be held in memory; also the most that a key, a library of
/// functions and a note of the server may have. At most 1 GB; memory grows with what is really there.</param>
internal sealed partial class RdbReader(Stream input, int mostHeld)
{
    private const int MagicLength = 9;

    /// <summary>What stands before a value in its record: prefixes, type, and the lengths of the key.</summary>
    private const int RoomForPrefixes = 64 << 10;

    private readonly int _mostHeld = mostHeld is > 0 and <= 1 << 30
        ? mostHeld
        : throw new ArgumentOutOfRangeException(nameof(mostHeld), mostHeld, "Between 1 byte and 1 GB.");

    private readonly RdbWindow _window = new(input, (int)Math.Min(Array.MaxLength, (2L * mostHeld) + RoomForPrefixes));
    private Stage _stage = Stage.Magic;
    private ValueWalker _walker;
    private int _valueStart;
    private int _walked;
    private int _recordLength;
    private bool _isPrefixed;

    /// <summary>Version of the format.</summary>
    internal int Version { get; private set; }

    /// <summary>Whether the file says that a Valkey of 9.0 or later wrote it, which numbers its types anew.</summary>
    internal bool IsValkey { get; private set; }

    /// <summary>The key's database.</summary>
    internal int Database { get; private set; }

    /// <summary>Plain bytes, also when the file has them compressed or as an integer.</summary>
    internal ReadOnlyMemory<byte> Key { get; private set; }

    /// <summary>A value of <see cref="RdbType"/>.</summary>
    internal byte Type { get; private set; }

    /// <summary>The value as the file has it, without its type; empty when it <see cref="IsLarge"/>.</summary>
    internal ReadOnlyMemory<byte> Value { get; private set; }

    /// <summary>When the key expires, milliseconds since 1970; null for never.</summary>
    internal long? ExpiresAtMs { get; private set; }

    /// <summary>Whether modules keep notes at the key, which its value does not show: DUMP carries them.</summary>
    internal bool HasMetadata { get; private set; }

    /// <summary>Whether the value has more bytes than may be held: read it from <see cref="ValueStart"/> on.</summary>
    internal bool IsLarge { get; private set; }

    /// <summary>Bytes from the start of the stream to the record, prefixes such as its expiry included.</summary>
    internal long RecordStart { get; private set; }

    /// <summary>Bytes from the start of the stream to the value, which starts behind its type and key.</summary>
    internal long ValueStart { get; private set; }

    /// <summary>Bytes of the value.</summary>
    internal long ValueLength { get; private set; }

    /// <summary>Bytes from the start of the stream to the end of the record; at last, of the RDB.</summary>
    internal long Position => _window.Position + _recordLength;

    /// <summary>Moves to the next key.</summary>
    /// <returns>False after the last one; the checksum was right then, unless the server left it out.</returns>
    internal ValueTask<bool> Read(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Advance() switch
        {
            Outcome.Record => new ValueTask<bool>(true),
            Outcome.End => new ValueTask<bool>(false),
            _ => ReadMore(cancellation),
        };
    }

    private async ValueTask<bool> ReadMore(CancellationToken cancellation)
    {
        Outcome outcome;
        do
        {
            if (!await _window.Fill(cancellation).ConfigureAwait(false))
                throw RdbException.Ended(_window.Position + _window.Held.Length);
            outcome = Advance();
        }
        while (outcome == Outcome.NeedsMore);
        return outcome == Outcome.Record;
    }

    /// <summary>Goes as far as the held bytes allow; called again with more of them it goes on where it was.</summary>
    private Outcome Advance()
    {
        _window.Drop(_recordLength);
        _recordLength = 0;
        while (true)
        {
            var outcome = _stage switch
            {
                Stage.Magic => ReadMagic(),
                Stage.Prefixes => ReadPrefix(),
                Stage.Skipped => Skip(),
                Stage.Value => ReadValue(),
                Stage.LargeValue => ReadLargeValue(),
                Stage.Checksum => ReadChecksum(),
                _ => Outcome.End,
            };
            if (outcome != Outcome.GoesOn)
                return outcome;
        }
    }

    private Outcome ReadMagic()
    {
        var held = _window.Held;
        if (held.Length < MagicLength)
            return Outcome.NeedsMore;
        IsValkey = held.StartsWith("VALKEY"u8);
        if (!IsValkey && !held.StartsWith("REDIS"u8))
            throw new RdbException("These bytes do not begin like an RDB", 0);
        var digits = held[(IsValkey ? 6 : 5)..MagicLength];
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var version) || version == 0)
            throw new RdbException("The version of the RDB is no number", 0);
        Version = version;
        _window.Drop(MagicLength);
        _stage = Stage.Prefixes;
        return Outcome.GoesOn;
    }

    private Outcome ReadValue()
    {
        var held = _window.Held;
        var ended = _walker.Walk(held, ref _walked, _window.Position);
        var length = _walked - _valueStart;
        if (length + _walker.Ahead > _mostHeld)
        {
            Key = DecodeKey().ToArray();
            IsLarge = true;
            _stage = Stage.LargeValue;
            return Outcome.GoesOn;
        }
        if (!ended)
            return Outcome.NeedsMore;
        Key = DecodeKey();
        Value = _window.Slice(_valueStart, length);
        ValueLength = length;
        _recordLength = _walked;
        _stage = Stage.Prefixes;
        _isPrefixed = false;
        return Outcome.Record;
    }

    private Outcome ReadLargeValue()
    {
        var ended = _walker.Walk(_window.Held, ref _walked, _window.Position);
        _window.Drop(_walked);
        _walked = 0;
        if (!ended)
            return Outcome.NeedsMore;
        ValueLength = _window.Position - ValueStart;
        _stage = Stage.Prefixes;
        _isPrefixed = false;
        return Outcome.Record;
    }

    private enum Stage
    {
        Magic,
        Prefixes,
        Skipped,
        Value,
        LargeValue,
        Checksum,
        Ended,
    }

    private enum Outcome
    {
        Record,
        End,
        NeedsMore,
        GoesOn,
    }
}
