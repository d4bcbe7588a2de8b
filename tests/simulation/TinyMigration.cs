using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Following;

namespace Godwit.Tests.Simulation;

/// <summary>The least that copies and follows, to try the world out without the engine.</summary>
/// <param name="believe">What is believed of a chunk's visibility; itself, unless a test plants a mistake.</param>
internal sealed class TinyMigration(
    IStore source, IStore target, IReadOnlyList<ScopedStream> streams, TimeProvider clock,
    Func<Visibility, Visibility> believe)
{
    private readonly List<Chunk> _chunks = [];

    internal async Task Copy()
    {
        await Persist(() => source.Changes.Prepare(streams, default));
        await Persist(() => target.Target.Prepare(streams, SchemaModel.None("memory"), default));
        await Persist(Split);
        foreach (var chunk in _chunks)
            await Persist(() => Copy(chunk));
        await Persist(Start);
    }

    /// <summary>Until everything is at the target that was committed before <paramref name="enough"/> was
    /// done.</summary>
    internal async Task Follow(Task enough)
    {
        Position? end = null;
        while (true)
        {
            var isEnough = enough.IsCompleted;
            if (isEnough && end is null)
                await Persist(async () => end = await source.Changes.Mark(default));
            if (await Step() is { } reached && reached >= end)
                return;
        }
    }

    private async Task Split()
    {
        _chunks.Clear();
        foreach (var stream in streams)
        {
            await foreach (var chunk in source.Snapshot.Split(stream, source.Abilities.ChunkSize, default))
                _chunks.Add(chunk);
        }
    }

    private async Task Copy(Chunk chunk)
    {
        await using var read = await source.Snapshot.Read(streams[chunk.Stream], chunk.Range, default);
        await target.Target.WriteChunk(streams[chunk.Stream], chunk, read, default);
    }

    private async Task Start()
    {
        var done = await target.Target.Done(default);
        await target.Target.StartAt(done.Select(one => believe(one.Visibility).SeenThrough).Min(), default);
    }

    private async Task<Position?> Step()
    {
        Position? reached = null;
        await Persist(async () =>
        {
            reached = await target.Target.Reached(default);
            var done = await target.Target.Done(default);
            await using var batch = await source.Changes.Next(reached!.Value, TimeSpan.FromMilliseconds(50), default);
            if (batch is null)
                return;
            var believed = done.Select(one => one with { Visibility = believe(one.Visibility) }).ToList();
            await using var filtered = source.Abilities.Changes == ChangeCapture.AfterImages
                ? HandoverRule.Of(_chunks, believed).Filter(batch)
                : batch;
            await target.Target.Apply(filtered, ApplyReason.Following, default);
            reached = batch.Reached;
            await source.Changes.Acknowledge(batch.Reached, default);
        });
        return reached;
    }

    private async Task Persist(Func<Task> work)
    {
        while (true)
        {
            try
            {
                await work();
                return;
            }
            catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), clock);
            }
        }
    }
}
