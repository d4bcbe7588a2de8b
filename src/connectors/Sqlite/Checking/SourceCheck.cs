using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;

namespace Godwit.Connectors.Sqlite.Checking;

/// <summary>Whether a database can be a source. Changes nothing.</summary>
internal sealed class SourceCheck(SqliteStore store)
{
    internal IReadOnlyList<Problem> Run(IReadOnlyList<ScopedStream> streams)
    {
        using var database = Database.Open(store.Path, Code.OpenReadWrite, SqliteStore.Patience);
        var problems = new List<Problem>();
        problems.AddRange(Access.CheckWriting(database));
        problems.AddRange(Access.CheckLeftovers(database, store.Names, store.Opening.Migration));
        if (!string.Equals(database.Text("PRAGMA main.journal_mode"), "wal", StringComparison.OrdinalIgnoreCase))
            problems.Add(SqliteProblems.NoWriteAheadLog(database.Shown));
        foreach (var stream in streams.Where(HasRowNumberKey))
        {
            problems.Add(stream.Kind == ScopeKind.Everything
                ? SqliteProblems.KeyIsRowNumber(stream.Schema.Name)
                : SqliteProblems.TenantByRowNumber(stream.Schema.Name));
        }
        return problems;
    }

    internal static bool HasRowNumberKey(ScopedStream stream) =>
        stream.Schema.KeyColumns.Any(index => stream.Schema.Columns[index].Role == ColumnRole.RowNumber);
}
