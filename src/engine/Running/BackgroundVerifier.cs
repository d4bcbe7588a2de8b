using Godwit.Engine.Following;
using Godwit.Engine.Journal;
using Godwit.Engine.Recovering;
using Godwit.Engine.Verifying;

namespace Godwit.Engine.Running;

/// <summary>Verifies all the time: passes over everything, records that were touched in between, and bounded
/// repair.</summary>
internal sealed class BackgroundVerifier(RunContext run, IReadOnlyList<Follower> followers)
{
    /// <summary>The share of time that goes to passes once one was clean: one part in this many.</summary>
    private const int Leisure = 20;

    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);

    /// <summary>As many touched records as a fence can look at in a moment.</summary>
    private const int MuchWaiting = 4_000;

    private static readonly TimeSpan LongestEffort = TimeSpan.FromMilliseconds(800);

    /// <summary>A follower that is further behind needs both sides for itself, and is proved when it is not.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan LongestCalming = TimeSpan.FromSeconds(30);

    private bool _allowed;

    /// <summary>Passes that are through, in this life.</summary>
    internal int Passes { get; private set; }

    /// <summary>A person looked at the differences: the next pass repairs however many there are.</summary>
    internal void AllowRepair() => _allowed = true;

    /// <summary>Verifies until cancelled, from when everything is there that was written before the call.</summary>
    /// <remarks>Before that, reading both sides would only keep the followers from catching up, and find what has not
    /// come yet.</remarks>
    internal async Task Verify(CancellationToken cancellation)
    {
        await WorkGroup.Together(
            followers.Select(one => (Func<CancellationToken, Task>)(token => run.Recoverer.Do(one.Drain, token))),
            cancellation);
        while (true)
        {
            await CalmDown(cancellation);
            var start = run.Clock.GetTimestamp();
            var result = await Pass(cancellation);
            if (result.Verdict == Verdict.Different)
            {
                // Too many to repair unasked: looking again before a person has would only cost.
                do
                    await run.Clock.Wait(Breath, cancellation);
                while (result.DifferentRecords > Repairer.MostPerPass && !_allowed
                    && run.Clock.GetElapsedTime(start) < LongestWait);
                continue;
            }
            var rest = run.Clock.GetElapsedTime(start) * Leisure;
            await Rest(rest > LeastRest ? rest : LeastRest, cancellation);
        }
    }

    /// <summary>Waits a while for those who are behind: a pass would keep them so.</summary>
    private async Task CalmDown(CancellationToken cancellation)
    {
        var start = run.Clock.GetTimestamp();
        while (followers.Any(one => one.Lag >= Calm) && run.Clock.GetElapsedTime(start) < LongestCalming)
            await run.Clock.Wait(Breath, cancellation);
    }

    /// <summary>One pass over everything that repairs nothing.</summary>
    internal Task<PassResult> Look(CancellationToken cancellation) => NewPass().Run(cancellation);

    /// <summary>One pass over everything; what is proved different is repaired, within bounds.</summary>
    private async Task<PassResult> Pass(CancellationToken cancellation)
    {
        var pass = NewPass();
        var result = await pass.Run(cancellation);
        run.Board.Passes = ++Passes;
        run.Board.Publish();
        if (result.DifferentRecords > 0)
            await Repair(pass, result, cancellation);
        return result;
    }

    private VerificationPass NewPass() =>
        new(followers, run.Journal, run.Recoverer, run.Clock, run.Definition.Parallel, Show);

    private void Show(int done, int ranges)
    {
        run.Board.Ranges = (done, ranges);
        run.Board.Publish();
    }

    /// <summary>Between passes: looks at what was touched, until it is time for the next pass or all track is
    /// lost.</summary>
    private async Task Rest(TimeSpan rest, CancellationToken cancellation)
    {
        var start = run.Clock.GetTimestamp();
        while (run.Clock.GetElapsedTime(start) < rest && !followers.Any(one => one.Ledger.LostTrack))
        {
            await run.Clock.Wait(Breath, cancellation);
            foreach (var follower in followers.Where(one => one.Ledger.Count > 0 && one.Lag < Calm))
            {
                if (await VerifyTouched(follower, cancellation) > 0)
                    return; // A pass names and repairs them.
            }
            run.Board.Publish();
        }
    }

    /// <summary>Some of what was touched; without a breath in between while so much waits that a handover would have to
    /// wait for it.</summary>
    private async Task<int> VerifyTouched(Follower follower, CancellationToken cancellation)
    {
        var start = run.Clock.GetTimestamp();
        int convicted;
        do
            convicted = await run.Recoverer.Do(
                token => new TouchedVerifier(follower, run.Clock).VerifySome(token), cancellation);
        while (convicted == 0 && follower.Ledger.Count > MuchWaiting && follower.Lag < Calm
            && run.Clock.GetElapsedTime(start) < LongestEffort);
        return convicted;
    }

    private async Task Repair(VerificationPass pass, PassResult result, CancellationToken cancellation)
    {
        if (result.DifferentRecords > Repairer.MostPerPass && !_allowed)
        {
            await run.Journal.Report(
                EngineProblems.TooDifferent(result.DifferentRecords, Repairer.MostPerPass), cancellation);
            return;
        }
        _allowed = false;
        foreach (var (follower, stream, keys) in pass.Different)
        {
            var repairer = new Repairer(follower);
            await run.Recoverer.Do(token => repairer.Repair(stream, keys, token), cancellation);
            await run.Journal.Append(
                FactKind.Repaired,
                new RepairedFact(
                    follower.Lane.Number,
                    keys.Count,
                    [.. result.Sample.Where(one => one.Stream == stream.Schema.Name)]),
                cancellation);
        }
    }
}
