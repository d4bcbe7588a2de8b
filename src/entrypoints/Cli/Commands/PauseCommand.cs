using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit pause NAME</c></summary>
internal static class PauseCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "pause", MigrationCommand.Pause,
        "Stop copying and following until resume; changes go on being recorded");
}
