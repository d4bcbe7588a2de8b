using Godwit.Core.Problems;
using Godwit.Engine.Journal;

namespace Godwit.Engine.Running;

/// <summary>The order in which commands are served: that in which they were given, but for those that wait until
/// changes flow or records are proved, which may be never.</summary>
internal static class CommandQueue
{
    /// <summary>The command to be served next; those that are not served any more are answered.</summary>
    /// <returns>Null when there is none.</returns>
    internal static async Task<OpenCommand?> NextCommand(this RunContext run, CancellationToken cancellation)
    {
        var open = run.State.OpenCommands.ToList();
        if (open.Find(one => !Waits(one.Command)) is { Command: MigrationCommand.Resume } help)
            return help;
        for (var i = 0; i < open.Count; i++)
        {
            if (WhyNotServed(run, open[i].Command, open.Skip(i + 1)) is not { } why)
                return open[i];
            await run.Journal.Answer(open[i].Sequence, why, null, cancellation);
        }
        return null;
    }

    /// <remarks>Nothing can be proved while something is held up: who asked for a proof hears why, and need not wait
    /// for it.</remarks>
    private static Problem? WhyNotServed(RunContext run, MigrationCommand command, IEnumerable<OpenCommand> later) =>
        later.FirstOrDefault(one => GivesWay(command, one.Command)) is { } other
            ? EngineProblems.GaveWay(command, other.Command)
            : command == MigrationCommand.Verify ? run.Recoverer.Stuck : null;

    private static bool Waits(MigrationCommand command) =>
        command is MigrationCommand.Cutover or MigrationCommand.Rollback or MigrationCommand.Verify;

    private static bool GivesWay(MigrationCommand waiting, MigrationCommand later) =>
        Waits(waiting) && (!Waits(later)
            ? later != MigrationCommand.Resume
            : waiting == MigrationCommand.Verify && later != MigrationCommand.Verify);
}
