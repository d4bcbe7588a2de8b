namespace Godwit.Engine.Journal;

/// <summary>A command was given, by whatever terminal.</summary>
internal sealed record CommandFact(MigrationCommand Command);
