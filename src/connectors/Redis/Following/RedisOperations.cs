using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Changes;

namespace Godwit.Connectors.Redis.Following;

/// <summary>What a server has carried out, ready to be carried out by another.</summary>
/// <remarks>Each group begins and ends in the database in which the destination keeps what it remembers.</remarks>
internal sealed class RedisOperations : INativeChanges
{
    internal const string FamilyName = "redis";

    private readonly List<OperationGroup> _groups = [];

    public string Family => FamilyName;

    internal IReadOnlyList<OperationGroup> Groups => _groups;

    internal CommandBatch Commands { get; } = new(64 << 10);

    /// <summary>A snapshot that replaces everything; there are no groups then.</summary>
    internal RedisChunkRead? Snapshot { get; init; }

    /// <summary>The position that a destination has to have reached before them.</summary>
    internal long Start { get; init; }

    /// <summary>Whether the destination is behind by more than moments: expiries are handed out late then.</summary>
    internal bool IsLate { get; set; }

    internal ReadOnlySpan<byte> Bytes(OperationGroup group) =>
        Commands.Memory.Span.Slice(group.Start, group.Length);

    internal void Add(OperationGroup group) => _groups.Add(group);
}
