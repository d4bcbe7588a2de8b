using Godwit.Core.Problems;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Connectors.RabbitMq;

/// <summary>Moves in the background as the engine does it: what says that it is to be tried again is tried
/// again.</summary>
internal sealed class DiligentMove : IAsyncDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    /// <summary>So long a broker may take to come back.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly CancellationTokenSource _end = new();
    private readonly QueueMove _move;
    private readonly bool _reopens;
    private Task _moving = Task.CompletedTask;
    private bool _mustReopen;
    private int _failures;
    private string _seen = "";

    private DiligentMove(QueueMove move, bool reopens) => (_move, _reopens) = (move, reopens);

    /// <summary>How many attempts failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>How many batches went over.</summary>
    public int Batches => _move.Batches;

    /// <param name="reopens">Whether stores are opened anew after every other failure.</param>
    public static async Task<DiligentMove> Begin(RabbitMqHost from, RabbitMqHost to, bool reopens = false)
    {
        var moving = new DiligentMove(await new QueueMove(from, to).Open(), reopens);
        moving._moving = moving.Go();
        return moving;
    }

    /// <summary>Returns when so many messages more are moved.</summary>
    public Task GoesOn(int count)
    {
        var enough = _move.Moved + count;
        return Until($"{count} messages more are moved", () => _move.Moved >= enough);
    }

    public Task Until(string what, Func<bool> holds) => Tests.Until.Holds(
        what, () => _moving.IsFaulted ? throw _moving.Exception : holds(), () => _seen, Patience);

    /// <summary>Returns when everything is over, and both sides say that it is the same.</summary>
    public async Task End()
    {
        await _end.CancelAsync();
        await _moving;
        await Tests.Until.Holds("everything is at the target", Tried, () => _seen, Patience);
        Assert.True(await _move.IsProved());
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAny(_moving);
        await _move.DisposeAsync();
        _end.Dispose();
    }

    private async Task Go()
    {
        using var pauses = new PeriodicTimer(BetweenAttempts);
        while (!_end.IsCancellationRequested)
        {
            if (!await Tried())
                await pauses.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task<bool> Tried()
    {
        try
        {
            if (_mustReopen)
                await _move.Crash();
            _mustReopen = false;
            await _move.Drain();
            return true;
        }
        catch (GodwitException failure) when (failure.Problem.Recovery == Recovery.Retry)
        {
            _seen = failure.ToString();
            var isSecond = Interlocked.Increment(ref _failures) % 2 == 0;
            _mustReopen |= _reopens && isSecond;
            return false;
        }
    }
}
