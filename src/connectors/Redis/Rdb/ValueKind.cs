namespace Godwit.Connectors.Redis.Rdb;

/// <summary>What a value is to its users, however it is encoded.</summary>
internal enum ValueKind
{
    String,
    List,
    Set,
    Hash,
    SortedSet,
    Stream,
}
