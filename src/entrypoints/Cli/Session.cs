using System.Text.Json.Nodes;
using Godwit.Cli.MigrationFiles;
using Godwit.Cli.Output;
using Godwit.Cli.State;
using Godwit.Core.Problems;

namespace Godwit.Cli;

/// <summary>One command at work: where it is, what it remembers, how it speaks.</summary>
internal sealed class Session(Surroundings surroundings, string? state, Report report)
{
    public Surroundings Surroundings { get; } = surroundings;

    public StateDirectory State { get; } = StateDirectory.Of(state, surroundings);

    public Report Report { get; } = report;

    /// <summary>The only place where everything is caught: it becomes an exit code and something to read.</summary>
    public async Task<int> Run(Func<CancellationToken, Task<int>> work, CancellationToken cancellation)
    {
        try
        {
            return await work(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Report.Line("Interrupted. Nothing is lost: the same command goes on from here.");
            Report.Result(new JsonObject { ["interrupted"] = true });
            return ExitCode.Interrupted;
        }
        catch (GodwitException failure)
        {
            Report.Error(failure.Problem);
            return CliProblems.IsWrongUsage(failure.Problem) ? ExitCode.WrongUsage : ExitCode.Failed;
        }
        catch (Exception fault) when (fault is not null)
        {
            Report.Error(CliProblems.Unexpected(fault));
            Report.Trace(fault.ToString());
            return ExitCode.Failed;
        }
    }

    /// <summary>The migration file as given on the command line.</summary>
    /// <returns>Null when it was refused: that is told already, and means <see cref="ExitCode.WrongUsage"/>.</returns>
    public MigrationFile? ReadFile(string path) => ReadFile(path, Surroundings.Directory);

    /// <inheritdoc cref="ReadFile(string)"/>
    /// <param name="directory">Where relative paths inside it start.</param>
    public MigrationFile? ReadFile(string path, string directory)
    {
        var reading = MigrationFileReader.Read(ReadText(path), Context(path, directory));
        if (reading.File is null)
            Report.Error(reading.Problems, []);
        return reading.File;
    }

    /// <summary>What a migration file is read with.</summary>
    /// <param name="directory">Where its relative paths start.</param>
    public ReadingContext Context(string file, string directory) =>
        new(file, directory, Surroundings.Variable, Wiring.Schemes);

    /// <summary>The home of a migration, by its name or by the path of its file.</summary>
    public MigrationHome Find(string nameOrFile)
    {
        var path = Path.GetFullPath(nameOrFile, Surroundings.Directory);
        if (MigrationFileReader.IsName(nameOrFile) && State.Home(nameOrFile).Exists)
            return State.Home(nameOrFile);
        return File.Exists(path)
            ? State.Existing(MigrationFileReader.NameIn(ReadText(nameOrFile), nameOrFile))
            : State.Existing(nameOrFile);
    }

    private string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(Path.GetFullPath(path, Surroundings.Directory));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw FileProblems.Unreadable(path, refused.Message, refused);
        }
    }
}
