using Godwit.Core.Positions;
using Godwit.Core.Records;
using Godwit.Core.Stores;

namespace Godwit.Tests.Simulation;

/// <summary>One migration's ledgers at a target, as the database itself keeps them.</summary>
internal sealed class TargetState
{
    internal Dictionary<(int Stream, int Index), ChunkDone> Chunks { get; } = [];

    /// <summary>Where each chunk lies, to know which one a key was copied with.</summary>
    internal Dictionary<(int Stream, int Index), KeyRange> Ranges { get; } = [];

    /// <summary>Records that Godwit wrote here: a child may come before its parent and belongs to nobody until
    /// then.</summary>
    internal HashSet<(int Stream, Key Key)> Written { get; } = [];

    internal Position? Reached { get; set; }
}
