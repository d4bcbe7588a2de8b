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

    /// <summary>Ends tasks that were started for as long as something else runs: cancels and waits, whatever they
    /// say.</summary>
    internal static async Task End(CancellationTokenSource token, IEnumerable<Task> tasks)
    {
        token.Cancel();
        foreach (var task in tasks)
            await Task.WhenAny(task); // Does not throw what the task threw.
    }
}
