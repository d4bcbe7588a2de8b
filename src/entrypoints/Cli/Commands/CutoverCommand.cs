using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit cutover NAME</c></summary>
internal static class CutoverCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "cutover", MigrationCommand.Cutover,
        "Let traffic go to the target, in about a second; undone when it takes longer than max_pause");
}
