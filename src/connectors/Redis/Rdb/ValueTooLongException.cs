namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A value is longer than its reader lets it be; found before the memory for it was taken.</summary>
/// <param name="length">Bytes that it has at least.</param>
/// <param name="most">Bytes that it may have.</param>
internal sealed class ValueTooLongException(long length, long most)
    : FormatException($"The value has {length} bytes or more, and may have {most}")
{
    internal long Length { get; } = length;
}
