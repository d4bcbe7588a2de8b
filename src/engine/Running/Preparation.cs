using Godwit.Core.Stores;
using Godwit.Engine.Planning;

namespace Godwit.Engine.Running;

/// <summary>Installs what a run needs at both sides, and removes it.</summary>
internal sealed class Preparation(RunContext run)
{
    /// <summary>Capture and fence where the data is; schema and ledgers where it goes. Capture comes before any
    /// read.</summary>
    internal async Task PrepareCopy(CancellationToken cancellation)
    {
        foreach (var lane in run.Lanes)
        {
            var (from, to) = (lane.Ports.From, lane.Ports.To);
            if (run.Definition.Mode == MigrationMode.Hybrid)
                await run.Recoverer.Do(to.Changes.PrepareSoon, cancellation);
            await run.Recoverer.Do(token => from.Changes.Prepare(lane.Streams, token), cancellation);
            if (run.Definition.Mode == MigrationMode.Hybrid)
                await run.Recoverer.Do(token => from.Fence.Prepare(lane.Streams, token), cancellation);
            await run.Recoverer.Do(
                async token => await to.Target.Prepare(lane.Streams, await Model(lane, token), token), cancellation);
        }
    }

    /// <summary>Nobody makes definitions once a move is copied, and to read them may take long.</summary>
    private async Task<SchemaModel> Model(Lane lane, CancellationToken cancellation) =>
        run.State.CopiedMoves.Contains(lane.Number)
            ? SchemaModel.None(lane.Ports.From.Abilities.Family)
            : await lane.Ports.From.Catalog.Model(lane.Streams, cancellation);

    /// <summary>The way back: everything the other way round, before traffic may go over.</summary>
    internal async Task PrepareWayBack(CancellationToken cancellation)
    {
        if (run.Definition.Mode != MigrationMode.Hybrid)
            return;
        foreach (var lane in run.Lanes.Where(one => !one.Ports.To.Abilities.IsOneWay))
        {
            var (from, to) = (lane.Ports.From, lane.Ports.To);
            await run.Recoverer.Do(token => to.Changes.Prepare(lane.Streams, token), cancellation);
            await run.Recoverer.Do(token => to.Fence.Prepare(lane.Streams, token), cancellation);
            await run.Recoverer.Do(
                token => from.Target.Prepare(lane.Streams, SchemaModel.None(from.Abilities.Family), token),
                cancellation);
        }
    }

    /// <summary>The fenced side of a move, which tells late writes, and the other one, which takes them.</summary>
    internal async Task PrepareLateWrites(Lane lane, CancellationToken cancellation)
    {
        var (fenced, used) = (lane.Destination(run.Direction), lane.Origin(run.Direction));
        await run.Recoverer.Do(token => fenced.Changes.Prepare(lane.Streams, token), cancellation);
        await run.Recoverer.Do(token => fenced.Fence.Prepare(lane.Streams, token), cancellation);
        await run.Recoverer.Do(
            token => used.Target.Prepare(lane.Streams, SchemaModel.None(used.Abilities.Family), token), cancellation);
    }

    /// <summary>Removes everything that was installed, at both sides; the data stays.</summary>
    internal async Task Remove(CancellationToken cancellation)
    {
        foreach (var store in run.Lanes.SelectMany(one => new[] { one.Ports.From, one.Ports.To }))
        {
            await run.Recoverer.Do(store.Fence.Remove, cancellation);
            await run.Recoverer.Do(store.Changes.Remove, cancellation);
            await run.Recoverer.Do(store.Target.Remove, cancellation);
        }
    }

    /// <summary>For an abort: also what was copied.</summary>
    internal async Task RemoveCopies(CancellationToken cancellation)
    {
        foreach (var lane in run.Lanes)
        {
            await run.Recoverer.Do(
                token => lane.Ports.To.Target.RemoveData([.. lane.Streams.Reverse()], token), cancellation);
        }
    }
}
