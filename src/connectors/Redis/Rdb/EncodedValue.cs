namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A value in the encoding of a type.</summary>
/// <param name="Type">A value of <see cref="RdbType"/>.</param>
/// <param name="LosesFieldExpiries">Whether fields expire that do not in this encoding: they need a command each
/// where the server has one.</param>
internal readonly record struct EncodedValue(byte Type, ReadOnlyMemory<byte> Value, bool LosesFieldExpiries);
