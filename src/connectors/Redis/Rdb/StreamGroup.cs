namespace Godwit.Connectors.Redis.Rdb;

/// <summary>A group of consumers of a stream.</summary>
/// <param name="LastId">The last entry that was delivered.</param>
/// <param name="EntriesRead">All ones when the server cannot tell, or writes a format before version 10.</param>
/// <param name="Pending">What was delivered and not acknowledged, by its id.</param>
internal sealed record StreamGroup(
    byte[] Name,
    StreamId LastId,
    ulong EntriesRead,
    IReadOnlyDictionary<StreamId, StreamDelivery> Pending,
    IReadOnlyList<StreamConsumer> Consumers)
{
    internal const ulong Unknown = ulong.MaxValue;
}
