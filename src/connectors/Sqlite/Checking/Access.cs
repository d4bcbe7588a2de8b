using Godwit.Connectors.Sqlite.Native;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Sqlite.Checking;

/// <summary>Checks that either side needs.</summary>
internal static class Access
{
    /// <summary>Takes the write lock and lets it go: what would be refused later is refused now.</summary>
    internal static IEnumerable<Problem> CheckWriting(Database database)
    {
        Problem? problem = null;
        try
        {
            if (database.IsReadOnly)
                problem = SqliteProblems.ReadOnly(database.Shown, "The file is read-only for this user.");
            else
                database.Execute("BEGIN IMMEDIATE");
        }
        catch (GodwitException e)
        {
            problem = e.Problem;
        }
        finally
        {
            database.Rollback();
        }
        if (problem is null && !MayWriteIn(Path.GetDirectoryName(database.Path)!))
            problem = SqliteProblems.ReadOnly(database.Shown, "SQLite has to create its journal in the same folder.");
        return problem is null ? [] : [problem];
    }

    internal static IEnumerable<Problem> CheckLeftovers(Database database, SqliteNames names, string migration) =>
        database.Number(
            $"SELECT count(*) FROM sqlite_master WHERE substr(name, 1, {names.Prefix.Length}) = '{names.Prefix}'") > 0
            ? [SqliteProblems.Leftovers(database.Shown, names.Prefix, migration)]
            : [];

    private static bool MayWriteIn(string folder)
    {
        const UnixFileMode anybody = UnixFileMode.UserWrite | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        return OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess
            || (File.GetUnixFileMode(folder) & anybody) != UnixFileMode.None;
    }
}
