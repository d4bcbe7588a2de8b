namespace Godwit.Connectors.Redis.Rdb;

/// <summary>The bytes are no RDB, or no value of the type that they claim to be.</summary>
/// <param name="reason">What is wrong with them, a sentence without a full stop.</param>
/// <param name="position">Where: bytes from the start of the stream, or of the value, or of the
/// packed part of it, when only a value was given.</param>
internal sealed class RdbException(string reason, long position) : FormatException($"{reason} (byte {position})")
{
    internal string Reason { get; } = reason;

    internal long Position { get; } = position;

    internal static RdbException Ended(long position) => new("The bytes end too early", position);
}
