using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Engine.Planning;

/// <summary>Turns a definition into streams, chunks and an estimate. Reads only.</summary>
public static class Planner
{
    /// <exception cref="GodwitException">The first thing that stands in the way.</exception>
    public static async Task<MigrationPlan> Plan(
        MigrationDefinition definition, IReadOnlyList<MovePorts> moves, CancellationToken cancellation)
    {
        var plans = new List<MovePlan>();
        foreach (var move in moves)
        {
            var streams = await Streams(definition, move, cancellation);
            var chunks = new List<Chunk>();
            foreach (var stream in streams)
                chunks.AddRange(await Split(move, stream, cancellation));
            plans.Add(new MovePlan(move.From.Address, move.To.Address, streams, chunks));
        }
        return new MigrationPlan(plans);
    }

    /// <summary>Probes each source by reading a little of it, and works out what the whole would take.</summary>
    public static Task<PlanEstimate> Estimate(
        MigrationPlan plan, IReadOnlyList<MovePorts> moves, TimeProvider clock, CancellationToken cancellation) =>
        new SpeedProbe(clock).Estimate(plan, moves, cancellation);

    /// <summary>The streams of a move, parents first; the first problem is thrown.</summary>
    internal static async Task<IReadOnlyList<ScopedStream>> Streams(
        MigrationDefinition definition, MovePorts move, CancellationToken cancellation)
    {
        var selection = Selection.Of(
            move.Definition, definition.Tenant, await move.From.Catalog.Read(cancellation));
        return selection.Problems.Count == 0
            ? selection.Streams
            : throw new GodwitException(selection.Problems[0]);
    }

    internal static async Task<List<Chunk>> Split(
        MovePorts move, ScopedStream stream, CancellationToken cancellation)
    {
        var chunks = new List<Chunk>();
        await foreach (var chunk in move.From.Snapshot.Split(stream, ChunkSize(move), cancellation))
            chunks.Add(chunk);
        return chunks;
    }

    /// <summary>Chunks fit both sides: the smaller of what either likes.</summary>
    private static ChunkSize ChunkSize(MovePorts move)
    {
        var (from, to) = (move.From.Abilities.ChunkSize, move.To.Abilities.ChunkSize);
        return new ChunkSize(Math.Min(from.Records, to.Records), Math.Min(from.Bytes, to.Bytes));
    }
}
