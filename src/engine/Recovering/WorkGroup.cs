namespace Godwit.Engine.Recovering;

/// <summary>Waits for several tasks and tells the failure that came first by meaning, not by chance.</summary>
internal static class WorkGroup
{
    /// <summary>Waits for all; a real failure is thrown before a cancellation that it caused.</summary>
    internal static async Task All(IReadOnlyList<Task> tasks)
    {
        try
        {
            await Task.WhenAll(tasks);
        }
        catch (OperationCanceledException)
        {
            var failed = tasks.FirstOrDefault(one => one.IsFaulted);
            if (failed is not null)
                await failed;
            throw;
        }
    }

    /// <summary>Runs several together; the first that fails ends the others, so that its failure is heard
    /// now.</summary>
    internal static async Task Together(
        IEnumerable<Func<CancellationToken, Task>> works, CancellationToken cancellation)
    {
        using var first = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        async Task Run(Func<CancellationToken, Task> work)
        {
            try
            {
                await work(first.Token);
            }
            catch
            {
                first.Cancel();
                throw;
            }
        }
        await All([.. works.Select(Run)]);
    }

    /// <summary>Ends tasks that were started for as long as something else runs: cancels and waits, whatever they
    /// say.</summary>
    internal static async Task End(CancellationTokenSource token, IEnumerable<Task> tasks)
    {
        token.Cancel();
        foreach (var task in tasks)
            await Task.WhenAny(task); // Does not throw what the task threw.
    }
}
