using System.Buffers;

namespace Godwit.Connectors.Redis.Rdb;

/// <summary>Reads a value that is too large to hold in pieces: each is a whole value of its type with some of the
/// elements, in their order.</summary>
/// <param name="input">Stands at the start of the value; is read ahead of it and stays the caller's.</param>
/// <param name="type">A type that <see cref="CanCut"/>.</param>
/// <param name="isValkey">Whether a Valkey of 9.0 or later wrote it.</param>
/// <param name="pieceBytes">A piece ends with the element that reaches so many bytes.</param>
/// <param name="mostHeld">Bytes that a piece may have; only a single long element makes it longer than asked.</param>
internal sealed class ValuePieces(Stream input, byte type, bool isValkey, int pieceBytes, int mostHeld)
{
    private const int EarliestExpiryLength = 8;

    private readonly string _element = ElementShape(type, isValkey)
        ?? throw new ArgumentException($"Values of type {type} are in one piece.", nameof(type));

    private readonly RdbWindow _window = new(input, mostHeld);
    private readonly ArrayBufferWriter<byte> _piece = new();
    private byte[]? _earliestExpiry;
    private ulong _left;
    private int _used;

    /// <summary>The piece, without its type; valid until the next <see cref="Read"/>.</summary>
    internal ReadOnlyMemory<byte> Value => _piece.WrittenMemory;

    /// <summary>Whether values of the type are elements one after the other; strings, packed ones, streams and those of
    /// modules are not.</summary>
    internal static bool CanCut(byte type, bool isValkey) => ElementShape(type, isValkey) is not null;

    /// <summary>Moves to the next piece.</summary>
    /// <returns>False after the last one.</returns>
    internal async ValueTask<bool> Read(CancellationToken cancellation)
    {
        if (_earliestExpiry is null)
            await ReadStart(cancellation).ConfigureAwait(false);
        _window.Drop(_used);
        _used = 0;
        if (_left == 0)
            return false;
        ulong elements = 0;
        do
        {
            var walker = new ValueWalker(_element);
            while (!walker.Walk(_window.Held, ref _used, _window.Position))
                await Fill(cancellation).ConfigureAwait(false);
            elements++;
        }
        while (--_left > 0 && _used < pieceBytes);
        Write(elements);
        return true;
    }

    private async ValueTask ReadStart(CancellationToken cancellation)
    {
        var length = type == RdbType.HashWithTtls ? EarliestExpiryLength : 0;
        _used = length;
        while (_window.Held.Length < length
            || !RdbLength.TryRead(_window.Held, ref _used, _window.Position, out _left))
            await Fill(cancellation).ConfigureAwait(false);
        _earliestExpiry = _window.Held[..length].ToArray();
    }

    private void Write(ulong elements)
    {
        _piece.ResetWrittenCount();
        _piece.Write(_earliestExpiry);
        RdbWriter.WriteLength(_piece, elements);
        _piece.Write(_window.Held[.._used]);
    }

    private async ValueTask Fill(CancellationToken cancellation)
    {
        if (!await _window.Fill(cancellation).ConfigureAwait(false))
            throw RdbException.Ended(_window.Position + _window.Held.Length);
    }

    /// <summary>What stands between the only parentheses of the type's shape.</summary>
    private static string? ElementShape(byte type, bool isValkey)
    {
        var shape = RdbType.Shape(type, isValkey) ?? "";
        var open = shape.IndexOf('(');
        return open >= 0 && shape.IndexOf(')') == shape.Length - 1 ? shape[(open + 1)..^1] : null;
    }
}
