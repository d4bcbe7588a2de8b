using Godwit.Engine.Cutover;
using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Receipts;

namespace Godwit.Engine.Running;

/// <summary>Ends a migration: removes what was installed. Cut off, it is done again, because the command stays
/// open.</summary>
internal sealed class Ending(RunContext run)
{
    internal async Task Finish(long command, CancellationToken cancellation)
    {
        if (run.State.Phase is not (MigrationPhase.Following or MigrationPhase.Guarding))
        {
            await Refuse(command, MigrationCommand.Finish, cancellation);
            return;
        }
        foreach (var lane in FenceOrder.Down(run.Lanes))
            await TakeLateWrites(lane, cancellation);
        await new HeadSigner(run.Journal, run.Setup.Signer, run.Clock).Sign(
            nameof(MigrationPhase.Finished), cancellation);
        await new Preparation(run).Remove(cancellation);
        await End(command, MigrationPhase.Finished, cancellation);
    }

    /// <remarks>Refused while traffic is at the target: what is there is not a copy any more.</remarks>
    internal async Task Abort(long command, CancellationToken cancellation)
    {
        if (run.State.Phase > MigrationPhase.Following)
        {
            await Refuse(command, MigrationCommand.Abort, cancellation);
            return;
        }
        if (run.State.Phase > MigrationPhase.Planned)
        {
            var preparation = new Preparation(run);
            await preparation.RemoveCopies(cancellation);
            await preparation.Remove(cancellation);
        }
        await End(command, MigrationPhase.Aborted, cancellation);
    }

    /// <remarks>A run that was begun for the end only has prepared nothing. A move that does not fit its plan any more
    /// has no streams here: nobody could be asked.</remarks>
    private async Task TakeLateWrites(Lane lane, CancellationToken cancellation)
    {
        var late = new LateWriteTaker(lane, run.Direction, run.Journal, run.Recoverer);
        if (!late.MayCome || lane.Streams.Count == 0)
            return;
        if (!run.IsPrepared)
            await new Preparation(run).PrepareLateWrites(lane, cancellation);
        await late.Take(null, cancellation);
    }

    private async Task End(long command, MigrationPhase phase, CancellationToken cancellation)
    {
        await run.Journal.Report(null, cancellation);
        await run.Journal.Enter(phase, cancellation);
        await run.Journal.Answer(command, null, null, cancellation);
    }

    private Task Refuse(long sequence, MigrationCommand command, CancellationToken cancellation) =>
        run.Journal.Answer(
            sequence, EngineProblems.WrongPhase(command, run.State.Phase, run.State.Paused), null, cancellation);
}
