using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit rollback NAME</c></summary>
internal static class RollbackCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "rollback", MigrationCommand.Rollback,
        "Let traffic go back to the source; what was written meanwhile is there already");
}
