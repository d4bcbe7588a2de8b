namespace Godwit.Connectors.Redis.Protocol;

/// <summary>What a server's reply is.</summary>
internal enum RespKind : byte
{
    /// <summary>A short status: <c>OK</c>, <c>QUEUED</c>.</summary>
    Status,
    Error,
    Integer,

    /// <summary>Bytes of a known length, or a number or text that RESP3 spells in another way.</summary>
    Bulk,
    Null,

    /// <summary>A list, a set, or keys and values of a map one after the other.</summary>
    Array,

    /// <summary>What nobody asked for: an invalidation, a message.</summary>
    Push,
}
