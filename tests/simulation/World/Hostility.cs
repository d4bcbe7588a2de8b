using Godwit.Engine.Recovering;

namespace Godwit.Tests.Simulation;

/// <summary>Decides by the dice what goes wrong with calls into the world; shared by all lives of a story.</summary>
public sealed class Hostility(OneThread thread, HostileOdds odds)
{
    private readonly Dice _dice = thread.Dice.Split();
    private int _faults;
    private bool _calm;

    /// <summary>From now on nothing fails any more.</summary>
    public void CalmDown() => _calm = true;

    internal bool Repeats() => Strikes(odds.Repeat);

    internal async Task<T> Do<T>(
        Life life, string what, Func<Task<T>> effect, CancellationToken cancellation)
    {
        await Before(life, what, cancellation);
        var result = await effect();
        await Yield(life, what);
        if (!Strikes(odds.FailAfter))
            return result;
        if (result is IAsyncDisposable lost)
            await lost.DisposeAsync();
        (result as IDisposable)?.Dispose();
        thread.Story.Tell($"{what} fails after its effect");
        throw MemoryProblems.Hiccup(what);
    }

    internal async Task Do(Life life, string what, Func<Task> effect, CancellationToken cancellation) =>
        await Do(
            life,
            what,
            async () =>
            {
                await effect();
                return true;
            },
            cancellation);

    /// <summary>The world may fail here, with nothing done.</summary>
    internal async Task Before(Life life, string what, CancellationToken cancellation)
    {
        thread.Story.Tell(what);
        await Yield(life, what);
        if (_dice.Says(odds.Delay))
            await life.Clock.Wait(odds.LongestDelay * _dice.Fraction(), cancellation);
        cancellation.ThrowIfCancellationRequested();
        if (!Strikes(odds.FailBefore))
            return;
        thread.Story.Tell($"{what} fails before its effect");
        throw MemoryProblems.Hiccup(what);
    }

    private async Task Yield(Life life, string what)
    {
        await Task.Yield();
        if (!Strikes(odds.Die))
            return;
        thread.Story.Tell($"the power goes during {what}");
        await life.Die();
    }

    private bool Strikes(double chance)
    {
        if (_calm || _faults >= odds.Most || !_dice.Says(chance))
            return false;
        _faults++;
        return true;
    }
}
