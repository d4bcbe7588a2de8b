using Godwit.Connectors.Sqlite.Native;
using Microsoft.Data.Sqlite;

namespace Godwit.Tests.Journeys;

/// <summary>The sample database of a music shop that everybody knows, from the folder of shared data.</summary>
internal static class Chinook
{
    /// <summary>All tables, in alphabetical order.</summary>
    public static IReadOnlyList<string> Tables { get; } =
    [
        "Album", "Artist", "Customer", "Employee", "Genre", "Invoice", "InvoiceLine", "MediaType", "Playlist",
        "PlaylistTrack", "Track",
    ];

    /// <summary>Puts a copy into a folder, or skips the test.</summary>
    public static string CopyTo(string path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, "shared", "data", "chinook", "Chinook_Sqlite.sqlite");
            if (!File.Exists(file))
                continue;
            File.WriteAllBytes(path, File.ReadAllBytes(file)); // Not File.Copy: the original is read-only.
            return path;
        }
        Assert.Skip("Chinook_Sqlite.sqlite is not in shared/data/chinook beside or above the repository.");
        return path;
    }

    /// <summary>Rows that one of the two databases has and the other has not, with types, table by table.</summary>
    public static IReadOnlyList<string> Differences(string one, string other)
    {
        using var database = Open(one);
        Execute(database, $"ATTACH '{other}' AS other");
        var found = new List<string>();
        foreach (var table in Tables)
        {
            var columns = string.Join(
                ", ", Columns(database, table).Select(name => $"typeof([{name}]), quote([{name}])"));
            foreach (var (left, right) in new[] { ("main", "other"), ("other", "main") })
            {
                var count = Number(
                    database,
                    $"SELECT count(*) FROM (SELECT {columns} FROM {left}.[{table}] "
                    + $"EXCEPT SELECT {columns} FROM {right}.[{table}])");
                if (count > 0)
                    found.Add($"{table}: {count} rows only in {left}");
            }
            if (Number(database, $"SELECT count(*) FROM main.[{table}]")
                != Number(database, $"SELECT count(*) FROM other.[{table}]"))
                found.Add($"{table}: counts differ");
        }
        return found;
    }

    /// <summary>Definitions of everything that people defined, as the database remembers them.</summary>
    public static string Schema(string path)
    {
        using var database = Open(path);
        using var command = database.CreateCommand();
        command.CommandText =
            "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite%' ORDER BY 1, 2";
        using var rows = command.ExecuteReader();
        var text = new System.Text.StringBuilder();
        while (rows.Read())
            text.AppendLine($"{rows.GetString(0)} {rows.GetString(1)}: {rows.GetString(2)}");
        return text.ToString();
    }

    public static void Execute(string path, string sql)
    {
        using var database = Open(path);
        Execute(database, sql);
    }

    public static long Number(string path, string sql)
    {
        using var database = Open(path);
        return Number(database, sql);
    }

    private static SqliteConnection Open(string path)
    {
        SqliteLibrary.Use(); // One copy of SQLite in the process, whoever comes first.
        var database = new SqliteConnection($"Data Source={path};Pooling=False");
        database.Open();
        return database;
    }

    private static IEnumerable<string> Columns(SqliteConnection database, string table)
    {
        using var command = database.CreateCommand();
        command.CommandText = $"SELECT name FROM pragma_table_info('{table}')";
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return rows.GetString(0);
    }

    private static void Execute(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection database, string sql)
    {
        using var command = database.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
