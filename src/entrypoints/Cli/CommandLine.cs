using System.CommandLine;
using System.CommandLine.Help;
using Godwit.Cli.Commands;
using Godwit.Cli.Demo;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;

namespace Godwit.Cli;

/// <summary>All commands, and what they have in common.</summary>
internal sealed class CommandLine
{
    private const int HelpWidth = 100;

    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON object on standard output; progress on standard error",
        Recursive = true,
    };

    private readonly Option<string?> _state = new("--state")
    {
        Description = "Where Godwit remembers [default: $XDG_STATE_HOME/godwit or ~/.local/state/godwit]",
        HelpName = "DIR",
        Recursive = true,
    };

    private readonly Surroundings _surroundings;
    private readonly RootCommand _root;

    private CommandLine(Surroundings surroundings)
    {
        _surroundings = surroundings;
        _root = new RootCommand("Moves live data and proves that it arrived.")
        {
            DemoCommand.Create(this),
            DemoWriterCommand.Create(this),
            InitCommand.Create(this),
            CheckCommand.Create(this),
            PlanCommand.Create(this),
            RunCommand.Create(this),
            StatusCommand.Create(this),
            VerifyCommand.Create(this),
            CutoverCommand.Create(this),
            RollbackCommand.Create(this),
            FinishCommand.Create(this),
            AbortCommand.Create(this),
            PauseCommand.Create(this),
            ResumeCommand.Create(this),
            ReceiptCommand.Create(this),
        };
        _root.Options.Add(_json);
        _root.Options.Add(_state);
        foreach (var help in _root.Options.OfType<HelpOption>())
            ((HelpAction)help.Action!).MaxWidth = HelpWidth;
    }

    /// <summary>Runs one command to its end.</summary>
    /// <param name="interrupted">Asks for a clean end.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args, Surroundings surroundings, CancellationToken interrupted)
    {
        var line = new CommandLine(surroundings);
        var parsed = line._root.Parse(args);
        if (parsed.Errors.Count > 0)
            return line.Refuse(parsed);
        var configuration = new InvocationConfiguration
        {
            Output = surroundings.Output,
            Error = surroundings.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return EngineThread.Run(async () =>
        {
            // Cancelling runs whatever waits for it: that has to happen here, and not on the thread of a signal.
            var thread = SynchronizationContext.Current!;
            using var cancelled = new CancellationTokenSource();
            await using var forwarded = interrupted.UnsafeRegister(
                _ => thread.Post(_ => cancelled.Cancel(), null), null);
            return await parsed.InvokeAsync(configuration, cancelled.Token);
        });
    }

    /// <summary>Makes a command do its work inside a session.</summary>
    public void Act(Command command, Func<Session, ParseResult, CancellationToken, Task<int>> work) =>
        command.SetAction((parsed, cancellation) =>
        {
            var session = new Session(_surroundings, parsed.GetValue(_state), Report(parsed));
            return session.Run(token => work(session, parsed, token), cancellation);
        });

    private Report Report(ParseResult parsed) => new(_surroundings, parsed.GetValue(_json));

    private int Refuse(ParseResult parsed)
    {
        if (parsed.CommandResult.Command == _root && parsed.Tokens.Count == 0)
        {
            _root.Parse(["--help"]).Invoke(new InvocationConfiguration { Output = _surroundings.Output });
            return ExitCode.WrongUsage;
        }
        var command = parsed.CommandResult.Command == _root ? "godwit" : $"godwit {parsed.CommandResult.Command.Name}";
        var unknown = parsed.UnmatchedTokens is [var first, ..] ? first : null;
        var meant = unknown is null ? null : Suggestion.For(unknown, Words(parsed.CommandResult.Command));
        var what = unknown is null
            ? parsed.Errors[0].Message.ReplaceLineEndings(" ")
            : $"'{unknown}' is not known here." + (meant is null ? "" : $" Did you mean '{meant}'?");
        Report(parsed).Error(CliProblems.Usage(what, command));
        return ExitCode.WrongUsage;
    }

    private IEnumerable<string> Words(Command command) =>
        command.Subcommands.Select(one => one.Name)
            .Concat(command.Options.Select(one => one.Name))
            .Concat(_root.Options.Select(one => one.Name));
}
