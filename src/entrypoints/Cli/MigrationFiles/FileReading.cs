using Godwit.Core.Problems;

namespace Godwit.Cli.MigrationFiles;

/// <summary>What came of reading a migration file.</summary>
/// <param name="File">Null exactly when there are problems.</param>
/// <param name="Problems">All of them, in file order.</param>
internal sealed record FileReading(MigrationFile? File, IReadOnlyList<Problem> Problems);
