using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit finish NAME</c></summary>
internal static class FinishCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "finish", MigrationCommand.Finish,
        "Remove everything that was installed; after this there is no way back");
}
