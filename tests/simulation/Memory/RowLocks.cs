using Godwit.Core.Records;

namespace Godwit.Tests.Simulation;

/// <summary>The rows that one transaction locks.</summary>
internal sealed class RowLocks
{
    internal HashSet<(string Table, Key Key)> Exclusive { get; } = [];

    internal HashSet<(string Table, Key Key)> Shared { get; } = [];

    internal bool Conflicts(RowLocks other) =>
        Exclusive.Overlaps(other.Exclusive) || Exclusive.Overlaps(other.Shared) || Shared.Overlaps(other.Exclusive);
}
