using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo.Shop;

/// <summary>Builds both shards: databases and files of all twenty tenants.</summary>
internal sealed class ShopBuilder(ShopFolder folder, int seed, ShopSize size)
{
    /// <returns>How many rows and files the moving tenant has.</returns>
    public (long Rows, long Files) Build()
    {
        var (rows, files) = (0L, 0L);
        foreach (var shard in Enum.GetValues<Shard>())
        {
            var tenants = Tenant.All.Where(one => one.Home == shard).ToArray();
            rows += Fill(folder.Database(shard), tenants);
            foreach (var tenant in tenants)
                files += WriteFiles(folder.Blobs(shard, tenant), tenant);
        }
        Directory.CreateDirectory(folder.Notes);
        return (rows, files);
    }

    private long Fill(string path, Tenant[] tenants)
    {
        using var database = ShopDatabase.Open(path, SqliteOpenMode.ReadWriteCreate);
        ShopDatabase.Execute(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF");
        using var transaction = database.BeginTransaction();
        ShopDatabase.Execute(database, ShopSchema.Sql);
        var inserts = ShopTable.All.ToDictionary(one => one, one => Insert(database, one));
        var moving = 0L;
        foreach (var tenant in tenants)
        {
            foreach (var row in new ShopSeed(seed, size).RowsOf(tenant))
            {
                ShopDatabase.Bind(inserts[row.Table], row.Values);
                inserts[row.Table].ExecuteNonQuery();
                moving += tenant.Moves ? 1 : 0;
            }
        }
        transaction.Commit();
        foreach (var insert in inserts.Values)
            insert.Dispose();
        return moving;
    }

    private static SqliteCommand Insert(SqliteConnection database, ShopTable table)
    {
        var command = database.CreateCommand();
        command.CommandText = $"INSERT INTO {table.Name} VALUES ({ShopDatabase.Parameters(table.Columns.Count)})";
        return command;
    }

    private long WriteFiles(string root, Tenant tenant)
    {
        Directory.CreateDirectory(root);
        var count = 0L;
        foreach (var file in new FileSeed(seed, size).FilesOf(tenant))
        {
            var path = Path.Combine(root, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (file.Link is not null)
                File.CreateSymbolicLink(path, file.Link);
            else
                Write(path, file);
            count += tenant.Moves ? 1 : 0;
        }
        return count;
    }

    private static void Write(string path, ShopFile file)
    {
        File.WriteAllBytes(path, file.Content!);
        FileRights.Give(path, file.Mode);
    }
}
