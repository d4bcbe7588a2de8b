using System.Text.Json.Nodes;
using Godwit.Cli;
using Microsoft.Data.Sqlite;

namespace Godwit.Tests.Entrypoints;

/// <summary>A folder, an environment and a command line of its own; commands run in this process.</summary>
internal sealed class Terminal : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("godwit-test-").FullName;

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public string this[string name] => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public Said Run(params string[] args) => Run(CancellationToken.None, args);

    public Said Run(CancellationToken interrupted, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = CommandLine.Run([.. args], Surroundings(output, error), interrupted);
        return new Said(code, output.ToString(), error.ToString());
    }

    public Said RunIn(string folder, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var surroundings = Surroundings(output, error) with { Directory = this[folder] };
        var code = CommandLine.Run(args, surroundings, CancellationToken.None);
        return new Said(code, output.ToString(), error.ToString());
    }

    /// <summary>A command that goes on until it is interrupted or has reached its goal.</summary>
    public Task<Said> RunAside(CancellationToken interrupted, params string[] args) =>
        Task.Factory.StartNew(() => Run(interrupted, args), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);

    public void Write(string name, string text) => File.WriteAllText(this[name], text);

    public void Sql(string database, string sql)
    {
        using var connection = Connect(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public string Ask(string database, string sql)
    {
        using var connection = Connect(database);
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString() ?? "";
    }

    /// <summary>Until the status of a migration says so.</summary>
    public Task Until(string what, string migration, Func<JsonNode, bool> condition)
    {
        var last = "";
        return Tests.Until.Holds(
            what,
            () =>
            {
                var said = Run("status", migration, "--json");
                last = said.Output + said.Error;
                return said.Code == 0 && condition(said.Json);
            },
            () => last);
    }

    private Surroundings Surroundings(TextWriter output, TextWriter error) => new()
    {
        Output = TextWriter.Synchronized(output),
        Error = TextWriter.Synchronized(error),
        OutputIsTerminal = false,
        ErrorIsTerminal = false,
        Variable = name => name == "XDG_STATE_HOME" ? this["state"] : Variables.GetValueOrDefault(name),
        Directory = Folder,
        Clock = TimeProvider.System,
        Chance = () => 0.5,
    };

    private SqliteConnection Connect(string database)
    {
        var connection = new SqliteConnection($"Data Source={this[database]};Pooling=False");
        connection.Open();
        return connection;
    }
}
