using Godwit.Core.Routes;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Running;

/// <summary>What the parts of one run share.</summary>
internal sealed class RunContext
{
    internal RunContext(RunnerSetup setup, MigrationJournal journal)
    {
        (Setup, Journal) = (setup, journal);
        Recoverer = new Recoverer(setup.Clock, Report);
        Board = new ProgressBoard(this);
    }

    internal RunnerSetup Setup { get; }

    internal MigrationDefinition Definition => Setup.Definition;

    internal TimeProvider Clock => Setup.Clock;

    internal IRoute Route => Setup.Route;

    internal MigrationJournal Journal { get; }

    internal MigrationState State => Journal.State;

    internal Recoverer Recoverer { get; }

    internal ProgressBoard Board { get; }

    /// <summary>Empty until the plan is known.</summary>
    internal IReadOnlyList<Lane> Lanes { get; set; } = [];

    /// <summary>Whether the stores are prepared for the phase in which the run is.</summary>
    internal bool IsPrepared { get; set; }

    /// <summary>Which way records flow while following: back, once traffic has gone over.</summary>
    internal Direction Direction => State.Phase is MigrationPhase.Guarding or MigrationPhase.RollingBack
        ? Direction.Backward
        : Direction.Forward;

    private async Task Report(Core.Problems.Problem? problem, CancellationToken cancellation)
    {
        await Journal.Report(problem, cancellation);
        Board.Publish();
    }
}
