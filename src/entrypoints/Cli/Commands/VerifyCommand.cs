using System.CommandLine;
using Godwit.Engine.Journal;

namespace Godwit.Cli.Commands;

/// <summary><c>godwit verify NAME</c></summary>
internal static class VerifyCommand
{
    public static Command Create(CommandLine line) => GivenCommand.Create(
        line, "verify", MigrationCommand.Verify,
        "Compare everything now; exit code 3 when something differs, with the rows and columns");
}
