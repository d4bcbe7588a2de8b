using Godwit.Core.Journals;

namespace Godwit.Engine.Journal;

/// <summary>Commands from another terminal: entries of the journal, answered by the runner with other
/// entries.</summary>
public static class Commands
{
    /// <returns>The command's sequence, by which its outcome is found.</returns>
    public static async ValueTask<long> Give(
        IJournal journal, MigrationCommand command, CancellationToken cancellation)
    {
        var entry = await journal.Append(FactKind.Command, Facts.Write(new CommandFact(command)), cancellation);
        return entry.Sequence;
    }

    /// <returns>Null while the command is not answered.</returns>
    public static async Task<CommandOutcome?> OutcomeOf(
        IJournal journal, long sequence, CancellationToken cancellation)
    {
        foreach (var entry in await journal.ReadAfter(sequence, cancellation))
        {
            if (entry.Kind != FactKind.Outcome)
                continue;
            var outcome = Facts.Read<OutcomeFact>(entry.Payload);
            if (outcome.Command == sequence)
                return new CommandOutcome(outcome.Done, outcome.Problem, outcome.Differences ?? []);
        }
        return null;
    }
}
