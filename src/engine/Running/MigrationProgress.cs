using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Running;

/// <summary>A picture of a running migration, for progress bars and <c>status</c>. Not journalled.</summary>
public sealed record MigrationProgress
{
    public required string Name { get; init; }

    public required MigrationPhase Phase { get; init; }

    /// <summary>Paused by a command.</summary>
    public bool Paused { get; init; }

    public required IReadOnlyList<MoveProgress> Moves { get; init; }

    /// <summary>The problem that holds the run up now; null when nothing does.</summary>
    public Problem? Problem { get; init; }

    public required VerificationProgress Verification { get; init; }

    /// <summary>How long writers were held up by the last cutover; null before the first.</summary>
    public TimeSpan? CutoverPause { get; init; }

    /// <summary>The same for the last rollback.</summary>
    public TimeSpan? RollbackPause { get; init; }

    public long Epoch { get; init; }
}
