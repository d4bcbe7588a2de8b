namespace Godwit.Cli.Demo.Shop;

/// <summary>Where everything of one demonstration is.</summary>
internal sealed record ShopFolder(string Path)
{
    public const string Migration = "tenant-42-to-b";

    /// <summary>Addresses are relative: the migration is run in this folder.</summary>
    public const string DatabaseAddress = "sqlite:a.db";

    public const string FilesAddress = "file:a/blobs/42";

    public string MigrationFile => In("migration.yaml");

    public string Routes => In("routes.json");

    public string State => In("state");

    public string Notes => In("notes");

    public string Receipt => In("receipt.json");

    public string Database(Shard shard) => In(Name(shard) + ".db");

    public string Blobs(Shard shard, Tenant tenant) => In($"{Name(shard)}/blobs/{tenant.Folder}");

    public string AllBlobs(Shard shard) => In($"{Name(shard)}/blobs");

    private static string Name(Shard shard) => shard == Shard.A ? "a" : "b";

    private string In(string name) => System.IO.Path.Combine(Path, name);
}
