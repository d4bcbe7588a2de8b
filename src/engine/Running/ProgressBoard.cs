using Godwit.Engine.Copying;
using Godwit.Engine.Following;
using Godwit.Engine.Planning;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>Gathers what the parts of a run count, and tells it.</summary>
internal sealed class ProgressBoard(RunContext run)
{
    private readonly Dictionary<int, CopyTally> _tallies = [];

    internal IReadOnlyList<Follower> Followers { get; set; } = [];

    internal int Passes { get; set; }

    internal (int Done, int All) Ranges { get; set; }

    internal long LateWrites { get; set; }

    internal CopyTally TallyOf(int lane)
    {
        if (!_tallies.TryGetValue(lane, out var tally))
            _tallies[lane] = tally = new CopyTally(run.State.ChunksDone(lane));
        return tally;
    }

    internal void Publish() => run.Setup.Progress(Picture());

    private MigrationProgress Picture() => new()
    {
        Name = run.Definition.Name,
        Phase = run.State.Phase,
        Paused = run.State.Paused,
        Moves = [.. run.Lanes.Select(lane => Picture(lane))],
        Problem = run.State.Problem,
        Verification = new VerificationProgress(
            Enum.Parse<Verdict>(run.State.LastVerdict, ignoreCase: true), Passes, Ranges.Done, Ranges.All,
            Followers.Sum(one => one.Ledger.Count), run.State.RecordsRepaired),
        CutoverPause = run.State.CutoverPause,
        RollbackPause = run.State.RollbackPause,
        Epoch = run.State.Epoch,
    };

    private MoveProgress Picture(Lane lane)
    {
        var follower = Followers.FirstOrDefault(one => one.Lane.Number == lane.Number);
        return new MoveProgress(
            lane.Ports.From.Address,
            lane.Ports.To.Address,
            [.. lane.Streams.Select(stream => Picture(lane, stream.Number))],
            follower is null || follower.Lag == TimeSpan.MaxValue ? null : follower.Lag,
            follower?.KeysApplied ?? 0,
            run.State.LateWrites);
    }

    private StreamProgress Picture(Lane lane, int stream)
    {
        var chunks = lane.Chunks.Where(one => one.Stream == stream).ToList();
        var (done, records, bytes) = TallyOf(lane.Number).Of(stream);
        return new StreamProgress(
            lane.Streams[stream].Schema.Name, lane.Streams[stream].ToString(), chunks.Count, done,
            chunks.Sum(one => one.Records), records, chunks.Sum(one => one.Bytes), bytes);
    }
}
