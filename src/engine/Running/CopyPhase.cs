using Godwit.Engine.Copying;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Running;

/// <summary>Copies all moves side by side and records where following starts.</summary>
internal sealed class CopyPhase(RunContext run)
{
    internal Task Copy(CancellationToken cancellation) =>
        WorkGroup.Together(
            run.Lanes.Select<Lane, Func<CancellationToken, Task>>(lane => token => Copy(lane, token)), cancellation);

    private async Task Copy(Lane lane, CancellationToken cancellation)
    {
        var (from, to) = (lane.Ports.From, lane.Ports.To);
        var tally = run.Board.TallyOf(lane.Number);
        if (run.State.CopiedMoves.Contains(lane.Number))
            return;
        var start = run.Clock.GetTimestamp();
        var parallel = Math.Max(1, run.Definition.Parallel ?? to.Abilities.Writers);
        var copier = new ChunkCopier(lane, parallel, run.Recoverer, run.Journal, tally, run.Board.Publish);
        var seen = await copier.Copy(cancellation);
        await run.Recoverer.Do(
            async token => await to.Target.FinishCopy(
                lane.Streams, await from.Catalog.Model(lane.Streams, token), token),
            cancellation);
        await run.Recoverer.Do(
            async token =>
            {
                var startAt = seen ?? await from.Changes.Mark(token);
                await to.Target.StartAt(startAt, token);
                await run.Journal.Append(
                    FactKind.Copied,
                    new CopiedFact(
                        lane.Number, tally.Records, tally.Bytes, startAt.ToString(),
                        run.Clock.GetElapsedTime(start).TotalSeconds),
                    token);
            },
            cancellation);
        run.Board.Publish();
    }
}
