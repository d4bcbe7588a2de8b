namespace Godwit.Cli.MigrationFiles;

/// <summary>Both addresses of one move, and what else its stores are told when they are opened.</summary>
/// <param name="From">The source.</param>
/// <param name="To">The target.</param>
/// <param name="Keys">Patterns of keys or of queues, tenant filled in; empty for all.</param>
/// <param name="Table">The table that keys go to; null for the usual one.</param>
/// <param name="FencedUser">Whose writes the fence refuses; null when nobody is named.</param>
internal sealed record MoveAddresses(
    Address From, Address To, IReadOnlyList<string> Keys, string? Table, string? FencedUser)
{
    /// <summary>Whether nothing comes back: between keys of a cache and rows of a table.</summary>
    public bool IsOneWay => From.IsCache != To.IsCache;
}
