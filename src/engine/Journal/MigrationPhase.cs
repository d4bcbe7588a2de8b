namespace Godwit.Engine.Journal;

/// <summary>Where a migration stands. The names reach the journal: append, never rename.</summary>
public enum MigrationPhase
{
    Planned,
    Preparing,
    Copying,
    CatchingUp,
    Following,
    CuttingOver,
    Guarding,
    RollingBack,
    Finished,
    Aborted,
}
