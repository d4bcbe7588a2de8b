using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.State;
using Godwit.Core.Problems;
using Godwit.Engine.Journal;
using Godwit.Engine.Running;
using Godwit.Journals.Sqlite;
using JournalledCommands = Godwit.Engine.Journal.Commands;

namespace Godwit.Cli.Running;

/// <summary>Gives a command to a migration and waits for the answer, whether somebody runs it or not.</summary>
/// <remarks>
/// With a live runner the command goes through the journal and the runner answers there. Without one this process
/// takes the hold and is the runner until the command is answered. A runner that dies meanwhile is succeeded.
/// </remarks>
internal sealed class Asking(Session session, MigrationHome home, MigrationCommand command)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private readonly TimeProvider _clock = session.Surroundings.Clock;

    /// <returns>Null when it waits in the journal for the next run.</returns>
    public async Task<CommandOutcome?> Ask(CancellationToken cancellation)
    {
        await using var journal = await Wiring.OpenJournal(home, _clock, cancellation);
        var state = await MigrationState.Read(journal, cancellation);
        if (state.Name is null)
            throw CliProblems.NotPlanned(home.Name, home.ReadOrigin().File);
        if (state.Phase is MigrationPhase.Finished or MigrationPhase.Aborted)
            throw CliProblems.IsOver(home.Name, PhaseName.Of(state.Phase));

        var (begun, given) = (_clock.GetTimestamp(), default(long?));
        while (_clock.GetElapsedTime(begun) < Patience || command == MigrationCommand.Verify)
        {
            if (RunnerHold.TryTake(home.Path) is { } hold)
                return await WithoutRunner(journal, hold, given, cancellation);
            given ??= await JournalledCommands.Give(journal, command, cancellation);
            if (await JournalledCommands.OutcomeOf(journal, given.Value, cancellation) is { } outcome)
                return outcome;
            await Task.Delay(Glance, _clock, cancellation);
        }
        throw CliProblems.NoAnswer(Word, RunnerHold.Holder(home.Path));
    }

    private string Word => command.ToString().ToLowerInvariant();

    private async Task<CommandOutcome?> WithoutRunner(
        SqliteJournal journal, RunnerHold hold, long? given, CancellationToken cancellation)
    {
        // It may have been answered between the last look and the runner's end.
        if (given is { } earlier && await JournalledCommands.OutcomeOf(journal, earlier, cancellation) is { } outcome)
        {
            hold.Dispose();
            return outcome;
        }
        if (command is not (MigrationCommand.Pause or MigrationCommand.Resume))
            return await RunHere(journal, hold, given, cancellation);
        hold.Dispose();
        if (given is null)
            await JournalledCommands.Give(journal, command, cancellation);
        return null;
    }

    private async Task<CommandOutcome> RunHere(
        SqliteJournal journal, RunnerHold hold, long? given, CancellationToken cancellation)
    {
        // Opened before the command is given: one that cannot be carried out must not lie in wait for the next run.
        await using var place = await Open(journal, hold, cancellation);
        await using var view = Views.Of(session);
        var sequence = given ?? await JournalledCommands.Give(journal, command, cancellation);
        using var answered = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var run = place.Run(new RunGoal(RunUntil.Finished, AutomaticCutover: false), view, answered.Token);
        while (!run.IsCompleted && !await IsSettled(journal, sequence, cancellation))
            await Task.WhenAny(run, Task.Delay(Glance, _clock, CancellationToken.None));
        var problem = await End(run, answered, cancellation);
        return await JournalledCommands.OutcomeOf(journal, sequence, cancellation)
            ?? throw (problem is null ? CliProblems.EndedUnanswered(Word) : new GodwitException(problem));
    }

    private async Task<Workplace> Open(SqliteJournal journal, RunnerHold hold, CancellationToken cancellation)
    {
        var isOpen = false;
        try
        {
            var state = await MigrationState.Read(journal, cancellation);
            var origin = home.ReadOrigin();
            var reading = MigrationFileReader.Read(
                state.Text!, session.Context(origin.File, origin.Directory));
            var file = reading.File ?? throw new GodwitException(reading.Problems[0]);
            if (file.Places != origin.Places)
                throw CliProblems.OtherPlaces(home.Name, origin.File);
            var place = await Workplace.Open(session, home, file, origin, hold, cancellation);
            isOpen = true;
            return place;
        }
        finally
        {
            if (!isOpen)
                hold.Dispose();
        }
    }

    /// <summary>A cutover whose hook failed is answered first and taken back then; that is waited for.</summary>
    private async Task<bool> IsSettled(SqliteJournal journal, long sequence, CancellationToken cancellation)
    {
        if (await JournalledCommands.OutcomeOf(journal, sequence, cancellation) is not { } outcome)
            return false;
        var state = await MigrationState.Read(journal, cancellation);
        return command != MigrationCommand.Cutover || outcome.Done
            || state.Phase is not (MigrationPhase.CuttingOver or MigrationPhase.Guarding or MigrationPhase.RollingBack);
    }

    private static async Task<Problem?> End(
        Task<RunReport> run, CancellationTokenSource answered, CancellationToken cancellation)
    {
        await answered.CancelAsync();
        try
        {
            return (await run).Problem;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
