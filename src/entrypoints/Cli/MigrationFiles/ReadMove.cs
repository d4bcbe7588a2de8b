using Godwit.Engine.Planning;

namespace Godwit.Cli.MigrationFiles;

/// <summary>One move as the file has it: for the engine, and for opening.</summary>
internal sealed record ReadMove(MoveDefinition Definition, MoveAddresses Addresses);
