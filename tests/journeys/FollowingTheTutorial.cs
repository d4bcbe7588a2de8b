using System.Diagnostics;
using System.Text.RegularExpressions;
using Godwit.Tests.Journals;
using Godwit.Tests.Tidy;

namespace Godwit.Tests.Journeys;

/// <summary>A tutorial that does not work is worse than none: its commands are run as they stand.</summary>
public sealed partial class FollowingTheTutorial
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Every_command_of_the_first_migration_does_what_is_said()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(one => File.Exists($"{one}/sqlite3")))
            Assert.Skip("sqlite3 is not installed: apt-get install sqlite3");
        using var folder = new TemporaryFolder();
        var text = await File.ReadAllTextAsync(
            Path.Combine(House.Root(), "docs/tutorials/first-migration.md"), CancellationToken.None);
        var commands = string.Concat(Shell().Matches(text).Select(one => one.Groups["commands"].Value));
        await File.WriteAllTextAsync(
            folder["tutorial.sh"], $"godwit() {{ dotnet '{GodwitProcess.Program}' \"$@\"; }}\n{commands}",
            CancellationToken.None);

        var said = await Run(folder);

        Assert.Contains("godwit: this data has moved to sqlite:b.db", said, StringComparison.Ordinal);
        Assert.Contains("A-3|1|4200\nA-4|2|100\n", said, StringComparison.Ordinal);
        Assert.DoesNotContain("A-2|2|800", said, StringComparison.Ordinal);
        Assert.Contains("Dear Bo", said, StringComparison.Ordinal);
        Assert.Contains("receipt.json is as it was signed", said, StringComparison.Ordinal);
        Assert.Equal("Ada\nBo\nCyrus", await Query(folder, "SELECT name FROM customers ORDER BY id"));
        Assert.Equal("", await Query(folder, "SELECT name FROM sqlite_master WHERE name LIKE '%godwit%'"));
    }

    private static async Task<string> Run(TemporaryFolder folder)
    {
        using var shell = Start(folder.Path, "bash", "-c", "bash tutorial.sh 2>&1 < /dev/null");
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            var said = await shell.StandardOutput.ReadToEndAsync(deadline.Token);
            await shell.WaitForExitAsync(deadline.Token);
            Assert.True(shell.ExitCode == 0, said);
            return said;
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string> Query(TemporaryFolder folder, string sql)
    {
        using var process = Start(folder["tutorial"], "sqlite3", "a.db", sql);
        return (await process.StandardOutput.ReadToEndAsync(CancellationToken.None)).Trim();
    }

    private static Process Start(string folder, string program, params string[] words) =>
        Process.Start(new ProcessStartInfo(program, words)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        })!;

    [GeneratedRegex("^```sh\n(?<commands>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Shell();
}
