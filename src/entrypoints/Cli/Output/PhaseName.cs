using Godwit.Engine.Journal;

namespace Godwit.Cli.Output;

/// <summary>What people call the phases.</summary>
internal static class PhaseName
{
    public static string Of(MigrationPhase phase) => phase switch
    {
        MigrationPhase.Planned => "planned",
        MigrationPhase.Preparing => "preparing",
        MigrationPhase.Copying => "copying",
        MigrationPhase.CatchingUp => "catching up",
        MigrationPhase.Following => "following",
        MigrationPhase.CuttingOver => "cutting over",
        MigrationPhase.Guarding => "guarding",
        MigrationPhase.RollingBack => "rolling back",
        MigrationPhase.Finished => "finished",
        MigrationPhase.Aborted => "aborted",
        _ => throw new InvalidOperationException($"Phase {phase}."),
    };
}
