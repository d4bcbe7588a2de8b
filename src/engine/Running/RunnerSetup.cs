using Godwit.Core.Journals;
using Godwit.Core.Routes;
using Godwit.Engine.Planning;
using Godwit.Engine.Receipts;

namespace Godwit.Engine.Running;

/// <summary>Everything a run is given: the engine makes nothing of this itself.</summary>
public sealed record RunnerSetup
{
    public required MigrationDefinition Definition { get; init; }

    /// <summary>In the order of the file. Disposed by whoever opened them, after the run.</summary>
    public required IReadOnlyList<MovePorts> Moves { get; init; }

    public required IJournal Journal { get; init; }

    public required IRoute Route { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Hears of progress, often; must return soon.</summary>
    public required Action<MigrationProgress> Progress { get; init; }

    public required ISigner Signer { get; init; }
}
