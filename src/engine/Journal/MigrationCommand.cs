namespace Godwit.Engine.Journal;

/// <summary>What a person may ask of a migration. The names reach the journal: append, never rename.</summary>
public enum MigrationCommand
{
    Cutover,
    Rollback,
    Finish,
    Abort,
    Pause,
    Resume,
    Verify,
}
