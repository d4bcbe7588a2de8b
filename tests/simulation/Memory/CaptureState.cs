using Godwit.Core.Schemas;

namespace Godwit.Tests.Simulation;

/// <summary>One migration's capture as the database itself keeps it.</summary>
internal sealed class CaptureState(IReadOnlyList<ScopedStream> streams, ulong from)
{
    internal IReadOnlyList<ScopedStream> Streams => streams;

    /// <summary>What is at or before this may have been forgotten.</summary>
    internal ulong Forgotten { get; set; } = from;

    /// <summary>The highest position that was promised to be reached.</summary>
    internal ulong Marked { get; set; }

    /// <summary>Set by a test: a slot was dropped, a trigger was removed, and changes may be missing.</summary>
    internal bool IsLost { get; set; }
}
