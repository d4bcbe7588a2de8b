using System.Diagnostics;
using Godwit.Core.Problems;
using Godwit.Journals.Sqlite;

namespace Godwit.Tests.Journals;

public sealed class HoldingAMigration : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_second_runner_is_told_which_process_has_it()
    {
        using var first = RunnerHold.Take(_folder.Path);

        var refused = Assert.Throws<GodwitException>(() => RunnerHold.Take(_folder.Path));

        Assert.Equal("GW-JRN-006", refused.Problem.Code);
        Assert.Contains($"process {Environment.ProcessId}", refused.Problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_hold_that_was_given_back_can_be_taken()
    {
        RunnerHold.Take(_folder.Path).Dispose();

        using var second = RunnerHold.TryTake(_folder.Path);

        Assert.NotNull(second);
    }

    [Fact]
    public void A_folder_that_is_gone_is_not_mistaken_for_a_hold() =>
        Assert.Throws<DirectoryNotFoundException>(() => RunnerHold.TryTake(_folder["nowhere"]));

    [Fact]
    public async Task The_hold_of_a_process_that_died_ends_with_it()
    {
        RunnerHold.Take(_folder.Path).Dispose();
        string[] holdUntilRead = ["-x", _folder[RunnerHold.FileName], "sh", "-c", "echo held; read line"];
        var start = new ProcessStartInfo("flock", holdUntilRead)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        using var other = Process.Start(start)!;
        Assert.Equal("held", await other.StandardOutput.ReadLineAsync());
        Assert.Null(RunnerHold.TryTake(_folder.Path));

        other.Kill(entireProcessTree: true);
        await other.WaitForExitAsync();

        // Its children have the lock too, and the last of them ends it.
        await Until.Holds("the hold is free", () => !RunnerHold.IsHeld(_folder.Path));
        using var hold = RunnerHold.TryTake(_folder.Path);
        Assert.NotNull(hold);
    }
}
