namespace Godwit.Tests.Simulation;

/// <summary>Runs everything on the calling thread; the dice choose which ready continuation runs next.</summary>
/// <remarks>
/// <para>Time jumps to the next timer when nothing is ready. No timer either: the story is deadlocked and fails.
/// More than the allowed number of steps: it goes in circles and fails.</para>
/// <para>Invariant: nothing runs on another thread. What would leave is caught when it comes back, and named, because a
/// story that depends on the thread pool cannot be replayed.</para>
/// </remarks>
public sealed class OneThread : SynchronizationContext
{
    private static readonly TimeSpan PatienceWithStrays = TimeSpan.FromSeconds(10);

    private readonly List<(SynchronizationContext Context, SendOrPostCallback Work, object? State)> _ready = [];
    private readonly int _home = Environment.CurrentManagedThreadId;
    private readonly int _mostSteps;
    private readonly Dice _dice;
    private string? _stray;

    public OneThread(ulong seed, int mostSteps = 500_000)
    {
        _mostSteps = mostSteps;
        Dice = new Dice(seed);
        _dice = Dice.Split();
        Clock = new SimulatedClock(this);
    }

    /// <summary>For the story; the scheduler has its own.</summary>
    public Dice Dice { get; }

    public SimulatedClock Clock { get; }

    public Story Story { get; } = new();

    public int Steps { get; private set; }

    public void Run(Func<Task> story) => Run(async () =>
    {
        await story();
        return true;
    });

    public T Run<T>(Func<Task<T>> story)
    {
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            var task = story();
            while (!task.IsCompleted)
                Step();
            return task.GetAwaiter().GetResult();
        }
        catch (Exception failure) when (failure is not StoryFailedException)
        {
            throw Failed($"{failure.GetType().Name}: {failure.Message}", failure);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state) => Enqueue(this, d, state);

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nothing in the simulation may block.");

    public override SynchronizationContext CreateCopy() => this;

    internal void Enqueue(SynchronizationContext context, SendOrPostCallback work, object? state)
    {
        lock (_ready)
        {
            if (Environment.CurrentManagedThreadId != _home)
                _stray ??= Environment.StackTrace;
            _ready.Add((context, work, state));
            Monitor.Pulse(_ready);
        }
    }

    private void Step()
    {
        if (++Steps > _mostSteps)
            throw Failed($"No end after {_mostSteps} steps: the story goes in circles.", null);
        if (_stray is not null)
            throw Left();
        if (Take() is not { } next)
        {
            WakeUp();
            return;
        }
        if (next.Context is Life { IsOver: true })
            return;
        SetSynchronizationContext(next.Context);
        try
        {
            next.Work(next.State);
        }
        finally
        {
            SetSynchronizationContext(this);
        }
    }

    private (SynchronizationContext Context, SendOrPostCallback Work, object? State)? Take()
    {
        lock (_ready)
        {
            if (_ready.Count == 0)
                return null;
            var at = _dice.Next(_ready.Count);
            var next = _ready[at];
            _ready[at] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return next;
        }
    }

    private void WakeUp()
    {
        if (Clock.Jump())
            return;
        lock (_ready)
        {
            if (_ready.Count == 0 && !Monitor.Wait(_ready, PatienceWithStrays))
                throw Failed("Deadlock: nothing is ready and no timer is set.", null);
        }
    }

    private StoryFailedException Left() => Failed(
        "Something left the one thread and came back from the thread pool; such a story cannot be replayed. "
        + "These leave: CancellationTokenSource.CancelAsync (use Cancel), Task.WhenAny or WaitAsync over a task "
        + "source with RunContinuationsAsynchronously, SemaphoreSlim.WaitAsync with a token, Task.Run, "
        + $"ConfigureAwait(false). It came back here:\n{_stray}",
        null);

    private StoryFailedException Failed(string what, Exception? cause) => new(
        $"Seed {Dice.Seed}, step {Steps}, {Clock.Elapsed.TotalSeconds:0.000} s: {what}\n{Story.End()}", cause);
}
