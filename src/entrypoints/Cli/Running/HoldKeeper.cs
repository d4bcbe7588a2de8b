using Godwit.Cli.State;
using Godwit.Journals.Sqlite;

namespace Godwit.Cli.Running;

/// <summary>Takes the right to run a migration.</summary>
internal static class HoldKeeper
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(25);

    /// <remarks>Tried for a moment: a command from another terminal may be looking whether somebody has it.</remarks>
    public static async Task<RunnerHold> Take(MigrationHome home, TimeProvider clock, CancellationToken cancellation)
    {
        var begun = clock.GetTimestamp();
        while (clock.GetElapsedTime(begun) < Patience)
        {
            if (RunnerHold.TryTake(home.Path) is { } hold)
                return hold;
            await Task.Delay(Glance, clock, cancellation);
        }
        return RunnerHold.Take(home.Path);
    }
}
