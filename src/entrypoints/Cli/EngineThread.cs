using System.Runtime.ExceptionServices;

namespace Godwit.Cli;

/// <summary>One thread on which everything of the engine runs: the caller's, for as long as the work takes.</summary>
internal sealed class EngineThread : SynchronizationContext
{
    private readonly object _turn = new();
    private readonly Queue<(SendOrPostCallback Call, object? State)> _calls = new();
    private bool _ended;

    /// <summary>Works until the task is done, and hands over what came of it.</summary>
    public static T Run<T>(Func<Task<T>> work)
    {
        var (thread, before) = (new EngineThread(), Current);
        SetSynchronizationContext(thread);
        try
        {
            return thread.Pump(work);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_turn)
        {
            if (!_ended)
            {
                _calls.Enqueue((d, state));
                Monitor.Pulse(_turn);
                return;
            }
        }
        // The work is over: whoever comes later finds nobody here, and is not lost either.
        ThreadPool.QueueUserWorkItem(_ => d(state));
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("Nobody may wait for the engine's thread.");

    public override SynchronizationContext CreateCopy() => this;

    private T Pump<T>(Func<Task<T>> work)
    {
        T? value = default;
        ExceptionDispatchInfo? failure = null;
        var running = Observe();
        while (!running.IsCompleted)
        {
            var (call, state) = Next();
            call(state);
        }
        lock (_turn)
            _ended = true;
        failure?.Throw();
        return value!;

        async Task Observe()
        {
            try
            {
                value = await work();
            }
            catch (Exception thrown) when (thrown is not null)
            {
                failure = ExceptionDispatchInfo.Capture(thrown);
            }
        }
    }

    private (SendOrPostCallback Call, object? State) Next()
    {
        lock (_turn)
        {
            while (_calls.Count == 0)
                Monitor.Wait(_turn);
            return _calls.Dequeue();
        }
    }
}
