using Godwit.Cli.Routes;
using Godwit.Core.Problems;
using Godwit.Core.Routes;

namespace Godwit.Tests.Entrypoints;

public sealed class RunningAHook : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-test-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task It_is_told_what_was_switched()
    {
        await Run("echo \"$GODWIT_MIGRATION $GODWIT_TENANT $GODWIT_EPOCH $GODWIT_PLACES\" > told");

        Assert.Equal("acme 42 3 {\"a\":\"b\"}\n", await File.ReadAllTextAsync(Path.Combine(_folder, "told")));
    }

    [Fact]
    public async Task A_failure_has_the_exit_code_and_the_last_words_without_secrets()
    {
        var problem = await Refused("for i in 1 2 3 4 5 6 7; do echo line $i; done; echo pw hunter2 >&2; exit 9");

        Assert.Equal("GW-RTE-006", problem.Code);
        Assert.Contains("exit code 9", problem.What, StringComparison.Ordinal);
        Assert.Contains("pw ***", problem.Why, StringComparison.Ordinal);
        Assert.DoesNotContain("line 1", problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_takes_too_long_is_ended_with_all_its_children()
    {
        var problem = await Refused("echo begun; sleep 600 & wait", TimeSpan.FromMilliseconds(300));

        Assert.Equal("GW-RTE-007", problem.Code);
    }

    [Fact]
    public async Task One_that_is_not_there_is_told()
    {
        var hook = new Hook(Setup(["/no/such/program"], TimeSpan.FromSeconds(30)), TimeProvider.System);

        var refused = await Assert.ThrowsAsync<GodwitException>(
            async () => await hook.Run(Entry, CancellationToken.None));

        Assert.Equal("GW-RTE-005", refused.Problem.Code);
    }

    [Fact]
    public async Task Arguments_reach_it_as_they_are_because_no_shell_reads_them()
    {
        string[] command = ["/bin/sh", "-c", "printf '%s' \"$1\" > told", "x", "a b; $(touch evil) \"*\""];
        var hook = new Hook(Setup(command, TimeSpan.FromSeconds(30)), TimeProvider.System);

        await hook.Run(Entry, CancellationToken.None);

        Assert.Equal("a b; $(touch evil) \"*\"", await File.ReadAllTextAsync(Path.Combine(_folder, "told")));
    }

    private static RouteEntry Entry => new(3, new Dictionary<string, string> { ["a"] = "b" });

    private HookSetup Setup(string[] command, TimeSpan deadline) =>
        new("acme", "42", command, _folder, deadline, ["hunter2"]);

    private ValueTask Run(string script, TimeSpan? deadline = null) =>
        new Hook(Setup(["/bin/sh", "-c", script], deadline ?? TimeSpan.FromSeconds(30)), TimeProvider.System)
            .Run(Entry, CancellationToken.None);

    private async Task<Problem> Refused(string script, TimeSpan? deadline = null) =>
        (await Assert.ThrowsAsync<GodwitException>(async () => await Run(script, deadline))).Problem;
}
