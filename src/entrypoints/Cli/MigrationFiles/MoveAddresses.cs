namespace Godwit.Cli.MigrationFiles;

/// <summary>Both addresses of one move.</summary>
internal sealed record MoveAddresses(Address From, Address To);
