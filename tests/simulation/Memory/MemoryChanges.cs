using Godwit.Core.Changes;
using Godwit.Core.Positions;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Recovering;

namespace Godwit.Tests.Simulation;

internal sealed class MemoryChanges(MemoryDatabase database, string mark, TimeProvider clock) : IChangeSource
{
    private bool AfterImages => database.Settings.Changes == ChangeCapture.AfterImages;

    public async Task Prepare(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!database.Captures.TryGetValue(mark, out var capture))
            database.Captures.Add(mark, new CaptureState(streams, database.End.Offset));
        else if (capture.IsLost)
            throw MemoryProblems.CaptureLost(database.Address);

        // What is in the log before the capture will not be told, so no read may find it still invisible.
        await database.UntilVisible(cancellation);
    }

    public async ValueTask<Position> Mark(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var capture = Capture();
        var position = AfterImages ? database.LogMarker(mark) : database.End;
        capture.Marked = Math.Max(capture.Marked, position.Offset);
        database.Signal();

        // Whoever drains up to the mark and then looks at this store must find everything that the drain has told.
        await database.UntilVisible(cancellation);
        return position;
    }

    public async ValueTask<ChangeBatch?> Next(Position after, TimeSpan patience, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (after > database.End)
            throw new InvalidOperationException($"{after} lies in the future of {database.Address}.");
        var end = clock.GetTimestamp() + (long)(patience.TotalSeconds * clock.TimestampFrequency);
        while (true)
        {
            if (Tell(Capture(), after) is { } batch)
                return batch;
            var left = clock.GetElapsedTime(clock.GetTimestamp(), end);
            if (left <= TimeSpan.Zero)
                return null;
            await ChangeOr(left, cancellation);
        }
    }

    public ValueTask Acknowledge(Position durable, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (durable > database.End)
            throw new InvalidOperationException($"{durable} lies in the future of {database.Address}.");
        var capture = Capture();
        capture.Forgotten = Math.Max(capture.Forgotten, durable.Offset);
        database.Forget();
        return ValueTask.CompletedTask;
    }

    public Task Remove(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        database.Captures.Remove(mark);
        database.Forget();
        return Task.CompletedTask;
    }

    private CaptureState Capture()
    {
        if (!database.Captures.TryGetValue(mark, out var capture))
            throw new InvalidOperationException($"Nothing was prepared at {database.Address}.");
        return capture.IsLost ? throw MemoryProblems.CaptureLost(database.Address) : capture;
    }

    private ChangeBatch? Tell(CaptureState capture, Position after)
    {
        if (after.Offset < capture.Forgotten)
            throw new InvalidOperationException(
                $"{database.Address} was told that {capture.Forgotten} is durable, and is asked for {after} again.");
        var log = database.LogAfter(after.Offset);
        var most = AfterImages ? database.Settings.TransactionsPerBatch : int.MaxValue;
        var told = log.Take(most).Where(one => one.Mark != mark).ToList();
        var reached = log.Count > most ? new Position(database.Timeline, log[most - 1].Number) : database.End;
        var touched = told.SelectMany(one => Touches.Of(one, capture.Streams)).ToList();
        var isWanted = touched.Count > 0 || log.Count > most || capture.Marked > after.Offset;
        return isWanted && reached > after
            ? BatchOfImages.Make(
                reached,
                told.Count > 0 ? told[0].At : null,
                AfterImages ? Last(touched) : Present(touched),
                database.Settings.RecordsPerBatch)
            : null;
    }

    private static IReadOnlyList<Image> Last(List<Image> touched) =>
        [.. touched.GroupBy(one => (one.Stream.Number, one.Key)).Select(one => one.Last())];

    private IReadOnlyList<Image> Present(List<Image> touched)
    {
        var state = database.View().State;
        return [.. touched.Select(one => one with
        {
            Row = Touches.InScope(one.Stream, one.Key, state),
            Transaction = null,
        }).DistinctBy(one => (one.Stream.Number, one.Key))];
    }

    private async Task ChangeOr(TimeSpan patience, CancellationToken cancellation)
    {
        await clock.WaitFor(database.Changed(), patience, cancellation);
    }
}
