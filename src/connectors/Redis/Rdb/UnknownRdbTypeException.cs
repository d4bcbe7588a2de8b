namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A key has a value of a type whose end cannot be found, so nothing behind it can be read.</summary>
/// <param name="type">The type byte of the value.</param>
/// <param name="key">Its key, plain bytes; empty when only a value was given.</param>
/// <param name="position">Where its value starts: bytes from the start of the stream or of the value.</param>
internal sealed class UnknownRdbTypeException(byte type, byte[] key, long position)
    : FormatException($"The end of a value of type {type} cannot be found (byte {position})")
{
    internal byte Type { get; } = type;

    internal byte[] Key { get; } = key;

    internal long Position { get; } = position;
}
