using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Journal;
using Godwit.Engine.Planning;

namespace Godwit.Engine.Running;

/// <summary>Makes the plan once and finds it again in the journal ever after.</summary>
internal sealed class PlanKeeper(RunContext run)
{
    private const int ChunksPerEntry = 500;

    /// <summary>Null when the plan was made by an earlier life, or when there is none yet.</summary>
    private MigrationPlan? _plan;

    /// <summary>Plans when nothing is planned; refuses a journal or a file that belongs to something else.</summary>
    internal async Task Plan(CancellationToken cancellation)
    {
        if (run.State.Planned is { } planned)
        {
            if (planned.Name != run.Definition.Name)
                throw EngineProblems.OtherMigration(planned.Name, run.Definition.Name);
            if (planned.Text != run.Definition.Text && !IsEnding)
                throw EngineProblems.FileChanged();
            if (planned.Text == run.Definition.Text)
                await Recut(planned.Moves, cancellation);
            return;
        }
        var problems = await Preflight.Problems(run.Definition, run.Setup.Moves, cancellation);
        if (problems.FirstOrDefault(one => one.Recovery != Recovery.Retry) is { } problem)
            throw new GodwitException(problem);
        var plan = _plan = await Planner.Plan(run.Definition, run.Setup.Moves, cancellation);
        var estimate = await Planner.Estimate(plan, run.Setup.Moves, run.Clock, cancellation);
        await run.Journal.Append(
            FactKind.Planned,
            new PlannedFact(
                run.Definition.Name, run.Definition.Text, run.Definition.RouteName, [.. plan.Moves.Select(Describe)],
                new PlannedEstimate(
                    estimate.Records, estimate.Bytes, estimate.Chunks, estimate.Copy.TotalSeconds,
                    estimate.Pause.TotalSeconds)),
            cancellation);
    }

    /// <summary>Notes that the moves were cut anew since they were planned.</summary>
    /// <remarks>Invariant: a move keeps its number, whatever is taken from it; so all that the journal says of it stays
    /// true. Once traffic has gone over nothing is copied any more.</remarks>
    private async Task Recut(IReadOnlyList<PlannedMove> planned, CancellationToken cancellation)
    {
        var ports = run.Setup.Moves;
        if (ports.Select(one => (one.From.Address, one.To.Address))
            .SequenceEqual(planned.Select(one => (one.From, one.To))))
            return;
        if (ports.Count < planned.Count || run.State.Phase >= MigrationPhase.CuttingOver)
            throw new InvalidOperationException("A move was taken away, or cut anew after traffic had gone over.");
        var moves = new List<PlannedMove>();
        for (var i = 0; i < ports.Count; i++)
        {
            var streams = i < planned.Count
                ? planned[i].Streams
                : Describe(await Streams(ports[i], cancellation));
            moves.Add(new PlannedMove(ports[i].From.Address, ports[i].To.Address, streams));
        }
        await run.Journal.Append(FactKind.Recut, new RecutFact(moves), cancellation);
    }

    /// <summary>The lanes, with the chunks of the journal; chunks that were not split yet are split and
    /// journalled.</summary>
    internal async Task<IReadOnlyList<Lane>> Lanes(CancellationToken cancellation)
    {
        var lanes = new List<Lane>();
        for (var i = 0; i < run.Setup.Moves.Count; i++)
        {
            var ports = run.Setup.Moves[i];
            var streams = await Streams(ports, cancellation);
            var now = streams.Select(one => one.ToString());
            var then = run.State.Planned!.Moves[i].Streams.Select(one => one.Scope);
            if (IsEnding)
            {
                lanes.Add(new Lane(i, ports, streams, []));
                continue;
            }
            if (!now.SequenceEqual(then, StringComparer.Ordinal))
                throw EngineProblems.PlanChanged(string.Join("; ", now.Except(then).Concat(then.Except(now))));
            foreach (var stream in streams.Where(one => !run.State.IsChunked(i, one.Number)))
            {
                var chunks = _plan?.Moves[i].Chunks.Where(one => one.Stream == stream.Number).ToList()
                    ?? await Planner.Split(ports, stream, cancellation);
                await Write(i, stream.Number, chunks, cancellation);
            }
            var planned = run.State.ChunksOf(i).OrderBy(one => one.Stream).ThenBy(one => one.Index);
            lanes.Add(new Lane(i, ports, streams, [.. planned]));
        }
        return lanes;
    }

    /// <summary>Abort and finish are the remedies for a plan that no longer fits: they must not be refused for
    /// that.</summary>
    internal bool IsEnding => run.State.OpenCommand is { Command: MigrationCommand.Abort or MigrationCommand.Finish };

    private async Task<IReadOnlyList<ScopedStream>> Streams(MovePorts ports, CancellationToken cancellation)
    {
        try
        {
            return await Planner.Streams(run.Definition, ports, cancellation);
        }
        catch (GodwitException failure) when (IsEnding && failure.Problem.Recovery == Recovery.Stop)
        {
            return [];
        }
    }

    private async Task Write(int move, int stream, List<Chunk> chunks, CancellationToken cancellation)
    {
        for (var from = 0; from < chunks.Count; from += ChunksPerEntry)
        {
            var part = chunks.Skip(from).Take(ChunksPerEntry).Select(ChunkText.Write).ToList();
            await run.Journal.Append(
                FactKind.Chunks,
                new ChunksFact(move, stream, part, from + ChunksPerEntry >= chunks.Count),
                cancellation);
        }
    }

    private static PlannedMove Describe(MovePlan plan) => new(plan.From, plan.To, Describe(plan.Streams));

    private static IReadOnlyList<PlannedStream> Describe(IReadOnlyList<ScopedStream> streams) =>
        [.. streams.Select(one => new PlannedStream(one.Number, one.Schema.Name, one.ToString()))];
}
