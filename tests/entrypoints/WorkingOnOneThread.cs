using Godwit.Cli;

namespace Godwit.Tests.Entrypoints;

public sealed class WorkingOnOneThread
{
    [Fact]
    public void Everything_comes_back_to_the_thread_of_the_caller()
    {
        var caller = Environment.CurrentManagedThreadId;

        var threads = EngineThread.Run(async () =>
        {
            var seen = new HashSet<int>();
            await Task.WhenAll(Enumerable.Range(0, 50).Select(async one =>
            {
                await Task.Run(() => one);
                lock (seen)
                    seen.Add(Environment.CurrentManagedThreadId);
                await Task.Yield();
                seen.Add(Environment.CurrentManagedThreadId);
            }));
            return seen;
        });

        Assert.Equal([caller], threads);
    }

    [Fact]
    public void A_failure_reaches_the_caller_as_it_was_thrown() =>
        Assert.Equal("no", Assert.Throws<InvalidOperationException>(() => EngineThread.Run<int>(async () =>
        {
            await Task.Yield();
            throw new InvalidOperationException("no");
        })).Message);

    [Fact]
    public void The_context_of_before_is_there_afterwards()
    {
        var before = SynchronizationContext.Current;

        Assert.Equal(7, EngineThread.Run(() => Task.FromResult(7)));

        Assert.Same(before, SynchronizationContext.Current);
    }
}
