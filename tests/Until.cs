namespace Godwit.Tests;

/// <summary>Waits for something that happens outside the test: a process, a server, a line of output.</summary>
/// <remarks>
/// For the real world only; the simulated one has a clock of its own. A test waits for a named event and never for
/// a length of time, so that it is as quick as the machine allows and a timeout says what did not happen.
/// </remarks>
public static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when the condition holds; fails with what was expected and what was seen last.</summary>
    /// <param name="patience">A minute, when not given.</param>
    public static async Task Holds(
        string what, Func<Task<bool>> condition, Func<string>? seen = null, TimeSpan? patience = null)
    {
        var longest = patience ?? Patience;
        using var deadline = new CancellationTokenSource(longest);
        using var glances = new PeriodicTimer(Glance);
        while (!await condition())
        {
            if (deadline.IsCancellationRequested)
                Assert.Fail($"Not within {longest.TotalSeconds} s: {what}. Seen last: {seen?.Invoke() ?? "nothing"}");
            await glances.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public static Task Holds(
        string what, Func<bool> condition, Func<string>? seen = null, TimeSpan? patience = null) =>
        Holds(what, () => Task.FromResult(condition()), seen, patience);
}
