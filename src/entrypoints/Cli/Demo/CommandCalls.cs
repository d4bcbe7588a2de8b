using System.Text.Json.Nodes;
using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo;

/// <summary>Gives commands just as they would be typed in the shop's folder, with <c>--json</c>.</summary>
/// <remarks>Each runs on a thread of its own through the whole command line: there is no other way in.</remarks>
internal sealed class CommandCalls(ShopFolder folder, Surroundings surroundings)
{
    public async Task<CommandAnswer> Call(CancellationToken cancellation, params string[] words) =>
        await Task.Factory.StartNew(
            () => CallHere(words, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

    /// <exception cref="Core.Problems.GodwitException">It was not done.</exception>
    public async Task<JsonObject> Do(CancellationToken cancellation, params string[] words)
    {
        var answer = await Call(cancellation, words);
        cancellation.ThrowIfCancellationRequested();
        return answer.Code == ExitCode.Done
            ? answer.Json
            : throw DemoProblems.CommandFailed(string.Join(' ', words), answer.Code, answer.Json);
    }

    private CommandAnswer CallHere(string[] words, CancellationToken cancellation)
    {
        using var output = new StringWriter();
        var here = surroundings with
        {
            Output = output,
            Error = TextWriter.Null,
            OutputIsTerminal = false,
            ErrorIsTerminal = false,
            Directory = folder.Path,
        };
        var code = CommandLine.Run([.. words, "--json", "--state", folder.State], here, cancellation);
        return new CommandAnswer(code, JsonNode.Parse(output.ToString()) as JsonObject ?? []);
    }
}
