using Godwit.Core.Journals;
using Godwit.Core.Problems;

namespace Godwit.Engine.Journal;

/// <summary>The engine's pen: appends facts and keeps the fold up to date.</summary>
internal sealed class MigrationJournal(IJournal journal, MigrationState state)
{
    internal MigrationState State => state;

    internal async Task Append<T>(string kind, T fact, CancellationToken cancellation)
    {
        await journal.Append(kind, Facts.Write(fact), cancellation);

        // Commands from other terminals may have come in between: everything is folded in the order of the journal.
        await state.Refresh(journal, cancellation);
    }

    internal Task Refresh(CancellationToken cancellation) => state.Refresh(journal, cancellation);

    internal Task Enter(MigrationPhase phase, CancellationToken cancellation) =>
        state.Phase == phase ? Task.CompletedTask : Append(FactKind.Phase, new PhaseFact(phase), cancellation);

    internal Task Answer(
        long command, Problem? problem, IReadOnlyList<RecordDifference>? differences, CancellationToken cancellation) =>
        Append(FactKind.Outcome, new OutcomeFact(command, problem is null, problem, differences), cancellation);

    internal Task Report(Problem? problem, CancellationToken cancellation) =>
        Equals(state.Problem, problem)
            ? Task.CompletedTask
            : Append(FactKind.Problem, new ProblemFact(problem), cancellation);
}
