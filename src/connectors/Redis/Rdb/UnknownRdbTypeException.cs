namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The end of something cannot be found, so nothing behind it can be read: of a value of an unknown type, or
/// of whatever an unknown byte begins.</summary>
/// <param name="type">The type byte of the value, or the unknown byte.</param>
/// <param name="key">Its key, plain bytes; empty when it has none or only a value was given.</param>
/// <param name="position">Where its value starts: bytes from the start of the stream or of the value.</param>
internal sealed class UnknownRdbTypeException(byte type, byte[] key, long position)
    : FormatException($"The end of a value of type {type} cannot be found (byte {position})")
{
    internal byte Type { get; } = type;

    internal byte[] Key { get; } = key;

    internal long Position { get; } = position;
}
