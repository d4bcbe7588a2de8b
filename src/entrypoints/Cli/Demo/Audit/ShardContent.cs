using System.Security.Cryptography;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;
using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo.Audit;

/// <summary>Reads everything that a shard holds, by its own connection and its own code.</summary>
internal static class ShardContent
{
    public static IEnumerable<Found> Rows(string database)
    {
        using var connection = ShopDatabase.Open(database);
        using var transaction = connection.BeginTransaction(deferred: true);
        foreach (var table in ShopTable.All)
        {
            foreach (var row in Rows(connection, transaction, table))
                yield return row;
        }
    }

    /// <param name="blobs">The folder of all tenants' folders.</param>
    public static IEnumerable<Found> Files(string blobs)
    {
        foreach (var folder in Directory.EnumerateDirectories(blobs))
        {
            var owner = Tenant.All.FirstOrDefault(one => one.Folder == Path.GetFileName(folder));
            foreach (var (path, text) in Entries(folder, ""))
                yield return new Found(owner, NotedWrite.Files, path, text);
        }
    }

    /// <summary>The reference table: nobody writes to it.</summary>
    public static string Plans(string database)
    {
        using var connection = ShopDatabase.Open(database);
        using var command = connection.CreateCommand();
        var plan = SqlText.Expression(["code", "name", "cents"]);
        command.CommandText = $"SELECT group_concat({plan}) FROM (SELECT * FROM plans ORDER BY code)";
        return (string)command.ExecuteScalar()!;
    }

    private static IEnumerable<Found> Rows(SqliteConnection connection, SqliteTransaction transaction, ShopTable table)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var (key, text) = (SqlText.Expression(table.Columns.Take(table.Keys)), SqlText.Expression(table.Columns));
        command.CommandText = $"SELECT {table.Columns[0]}, {key}, {text} FROM {table.Name}";
        using var rows = command.ExecuteReader();
        while (rows.Read())
            yield return new Found(table.Owner(rows.GetValue(0)), table.Name, rows.GetString(1), rows.GetString(2));
    }

    private static IEnumerable<(string Path, string Text)> Entries(string folder, string within)
    {
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            var path = within + entry.Name;
            if (entry.LinkTarget is { } target)
            {
                yield return (path, ShopFile.LinkText(target));
            }
            else if (entry is DirectoryInfo)
            {
                foreach (var inner in Entries(entry.FullName, path + "/"))
                    yield return inner;
            }
            else
            {
                using var stream = File.OpenRead(entry.FullName);
                yield return (path, ShopFile.FileText(entry.UnixFileMode, SHA256.HashData(stream)));
            }
        }
    }
}
