namespace Godwit.Cli.MigrationFiles;

/// <summary>Both addresses of one move, and what else its stores are told when they are opened.</summary>
/// <param name="From">The source.</param>
/// <param name="To">The target.</param>
/// <param name="Keys">Patterns of keys, tenant filled in; empty for all.</param>
/// <param name="FencedUser">Whose writes the fence refuses; null when nobody is named.</param>
internal sealed record MoveAddresses(Address From, Address To, IReadOnlyList<string> Keys, string? FencedUser);
