using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Running;

/// <summary>How a run ended.</summary>
/// <param name="Phase">Where the migration stands.</param>
/// <param name="Problem">Why it ended early; null when it reached its goal.</param>
public sealed record RunReport(MigrationPhase Phase, Problem? Problem);
