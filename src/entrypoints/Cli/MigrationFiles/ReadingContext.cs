namespace Godwit.Cli.MigrationFiles;

/// <summary>What a migration file is read with.</summary>
/// <param name="File">Name for messages.</param>
/// <param name="Directory">Where relative paths start.</param>
/// <param name="Variable">The environment.</param>
/// <param name="Schemes">What this version can move.</param>
internal sealed record ReadingContext(
    string File, string Directory, Func<string, string?> Variable, IReadOnlyList<string> Schemes);
