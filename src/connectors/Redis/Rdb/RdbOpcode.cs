namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What a byte says where a value's type is expected; what is below <see cref="Lowest"/> is a type.</summary>
internal static class RdbOpcode
{
    internal const byte Lowest = 242;
    internal const byte KeyMetadata = 243;
    internal const byte SlotImport = 243;
    internal const byte SlotInfo = 244;
    internal const byte Function = 245;
    internal const byte ModuleAux = 247;
    internal const byte Idle = 248;
    internal const byte Frequency = 249;
    internal const byte Aux = 250;
    internal const byte ResizeDatabase = 251;
    internal const byte ExpiresAtMs = 252;
    internal const byte ExpiresAtSeconds = 253;
    internal const byte SelectDatabase = 254;
    internal const byte End = 255;
}
