using Godwit.Core.Stores;
using Godwit.Engine.Following;
using Godwit.Engine.Planning;
using Godwit.Engine.Recovering;

namespace Godwit.Engine.Running;

/// <summary>The tasks that work side by side while changes flow in one direction. Whoever hires a crew dismisses
/// it.</summary>
internal sealed class Crew : IAsyncDisposable
{
    private readonly RunContext _run;
    private readonly CancellationTokenSource _over;
    private readonly CancellationTokenSource _following;
    private readonly IReadOnlyList<Task> _followers;
    private CancellationTokenSource? _verifying;
    private Task _verification = Task.CompletedTask;

    private Crew(RunContext run, IReadOnlyList<Follower> followers, CancellationToken cancellation)
    {
        (_run, Followers) = (run, followers);
        _over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Verifier = new BackgroundVerifier(run, followers);
        run.Board.Followers = followers;
        _following = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        _followers = [.. followers.Select(one => one.Follow(_following.Token))];
    }

    internal IReadOnlyList<Follower> Followers { get; }

    internal BackgroundVerifier Verifier { get; }

    /// <summary>Starts to follow; verification has to be started separately.</summary>
    /// <param name="known">What is known to be equal at this moment; null when nothing is.</param>
    internal static async Task<Crew> Hire(
        RunContext run, Direction direction, KnownEqual? known, CancellationToken cancellation)
    {
        var followers = new List<Follower>();
        foreach (var lane in run.Lanes)
        {
            var ledger = new TouchedLedger();
            known?.Tell(lane.Number, ledger);
            var rule = await Rule(run, lane, direction, cancellation);
            var late = new LateWriteTaker(lane, direction, run.Journal, run.Recoverer);
            var alarm = new MissAlarm(lane.Number, run.Journal, run.Clock);
            followers.Add(new Follower(lane, direction, rule, ledger, late, alarm, run.Recoverer, run.Clock));
        }
        return new Crew(run, followers, cancellation);
    }

    internal void StartVerification()
    {
        if (_verifying is not null)
            return;
        _verifying = CancellationTokenSource.CreateLinkedTokenSource(_over.Token);
        _verification = Verifier.Verify(_verifying.Token);
    }

    /// <summary>Gives way to somebody who verifies himself.</summary>
    internal async Task StopVerification()
    {
        if (_verifying is null)
            return;
        await WorkGroup.End(_verifying, [_verification]);
        ThrowIfFailed();
        _verifying.Dispose();
        _verifying = null;
    }

    /// <summary>Raises the failure of a task that should have run for as long as the crew.</summary>
    internal void ThrowIfFailed()
    {
        foreach (var task in _followers.Append(_verification))
        {
            if (task.IsFaulted)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(task.Exception!.InnerException!);
        }

        // A driver that gives up by cancelling would otherwise look like a follower with nothing to do.
        if (!IsDismissed && _followers.Any(one => one.IsCanceled) && !_over.IsCancellationRequested)
            throw new InvalidOperationException("A follower ended although nobody told it to.");
    }

    /// <summary>Whether the followers were told to end: nothing flows any more.</summary>
    internal bool IsDismissed => _following.IsCancellationRequested;

    /// <summary>Ends the followers for good; what they have applied is applied.</summary>
    internal Task StopFollowing() => WorkGroup.End(_following, _followers);

    public async ValueTask DisposeAsync()
    {
        await WorkGroup.End(_over, _followers.Append(_verification));
        _run.Board.Followers = [];
        _verifying?.Dispose();
        _following.Dispose();
        _over.Dispose();
    }

    /// <summary>After the first direction's copy, and only for sources that tell what was, a change may be older than a
    /// chunk.</summary>
    private static async Task<HandoverRule?> Rule(
        RunContext run, Lane lane, Direction direction, CancellationToken cancellation)
    {
        if (direction == Direction.Backward || run.State.Epoch > 0
            || lane.Origin(direction).Abilities.Changes != ChangeCapture.AfterImages)
            return null;
        var done = await run.Recoverer.Do(token => lane.Destination(direction).Target.Done(token), cancellation);
        return HandoverRule.Of(lane.Chunks, done);
    }
}
