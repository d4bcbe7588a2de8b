namespace Godwit.Engine.Journal;

/// <summary>A command that has no answer.</summary>
internal sealed record OpenCommand(long Sequence, MigrationCommand Command, DateTimeOffset At);
