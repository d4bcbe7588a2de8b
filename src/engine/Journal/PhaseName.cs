namespace Godwit.Engine.Journal;

/// <summary>Phases and commands as people read them.</summary>
internal static class PhaseName
{
    internal static string Of(MigrationPhase phase) => phase switch
    {
        MigrationPhase.CatchingUp => "catching up",
        MigrationPhase.CuttingOver => "cutting over",
        MigrationPhase.RollingBack => "rolling back",
        _ => phase.ToString().ToLowerInvariant(),
    };

    internal static string Of(MigrationCommand command) => command.ToString().ToLowerInvariant();
}
