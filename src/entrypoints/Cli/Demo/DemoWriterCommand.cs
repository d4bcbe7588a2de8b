using System.CommandLine;
using System.Globalization;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo;

/// <summary><c>godwit demo-writer ROLE</c>: what the demonstration starts as processes of their own.</summary>
internal static class DemoWriterCommand
{
    private const string Word = "demo-writer";

    /// <summary>Writers wait for locks while they hold a thread.</summary>
    private const int Threads = 16;

    public static Command Create(CommandLine line)
    {
        var role = new Argument<string>("ROLE");
        var folder = new Option<string>("--folder") { Required = true };
        var seed = new Option<int>("--seed") { Required = true };
        var size = new Option<string>("--size") { Required = true };
        var repeat = new Option<bool>("--repeat-deletions");
        var slowness = new Option<int>("--slowness") { DefaultValueFactory = _ => 1 };
        var command = new Command(Word, "Write to the shop of a demonstration until the input ends")
        {
            role,
            folder,
            seed,
            size,
            repeat,
            slowness,
        };
        command.Hidden = true;
        line.Act(command, (session, parsed, token) => Run(
            Enum.Parse<WritersRole>(parsed.GetRequiredValue(role), ignoreCase: true),
            new Writers(
                new ShopFolder(parsed.GetRequiredValue(folder)), parsed.GetRequiredValue(seed),
                ShopSize.Named(parsed.GetRequiredValue(size)),
                new WriterHabits(
                    parsed.GetValue(repeat) ? Deletions.RepeatedAfterSwitch : Deletions.Once,
                    parsed.GetValue(slowness)),
                session.Surroundings.Clock),
            token));
        return command;
    }

    public static IEnumerable<string> Words(WritersRole role, ShopFolder folder, int seed, ShopSize size) =>
    [
        Word, role.ToString().ToLowerInvariant(), "--folder", folder.Path, "--seed",
        seed.ToString(CultureInfo.InvariantCulture), "--size", size.Name,
    ];

    private static async Task<int> Run(WritersRole role, Writers writers, CancellationToken cancellation)
    {
        ThreadPool.SetMinThreads(Threads, Threads);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var input = WaitForEndOfInput(ended);
        var writing = Task.Run(() => writers.Write(role, ended.Token), CancellationToken.None);
        await Task.WhenAny(input, writing);
        await ended.CancelAsync();
        await writing;
        return ExitCode.Done;
    }

    private static async Task WaitForEndOfInput(CancellationTokenSource ended)
    {
        try
        {
            var nothing = new byte[64];
            await using var input = Console.OpenStandardInput();
            while (await input.ReadAsync(nothing, ended.Token) > 0)
                ended.Token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException)
        {
            // The writers ended first.
        }
    }
}
