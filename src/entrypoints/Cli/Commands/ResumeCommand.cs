using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit resume NAME</c></summary>
internal static class ResumeCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "resume", MigrationCommand.Resume,
        "Go on after a pause, or after a problem was cured");
}
