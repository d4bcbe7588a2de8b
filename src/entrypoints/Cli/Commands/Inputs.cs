using System.CommandLine;

namespace Godwit.Cli.Commands;

/// <summary>Arguments that several commands take.</summary>
internal static class Inputs
{
    public static Argument<string> File() => new("FILE") { Description = "The migration file" };

    public static Argument<string> Name() =>
        new("NAME") { Description = "Name of the migration, or path of its file" };
}
