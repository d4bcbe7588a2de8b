using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit abort NAME</c></summary>
internal static class AbortCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "abort", MigrationCommand.Abort,
        "Give up: remove what was installed and what was copied; the source stays as it is");
}
