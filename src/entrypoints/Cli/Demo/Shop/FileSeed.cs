namespace Godwit.Cli.Demo.Shop;

/// <summary>The files of a shop before anybody writes to them. The same seed and size give the same files.</summary>
internal sealed class FileSeed(int seed, ShopSize size)
{
    private static readonly string[] Kinds = ["invoice.pdf", "photo of it.jpg", "note \U0001F426.txt", "data"];

    public IEnumerable<ShopFile> FilesOf(Tenant tenant)
    {
        var count = size.Of(tenant).Files;
        for (var at = 0; at < count; at++)
        {
            // One in fifty is a symbolic link to the file made just before it, in the same folder.
            if (at % 50 == 49)
                yield return new ShopFile($"{Folder(at - 1)}/link-{at}", null, Name(at - 1));
            else
                yield return new ShopFile(
                    $"{Folder(at)}/{Name(at)}", new Dice(seed, tenant.Slot, 7, at).Bytes(Length(tenant, at)), null,
                    at % 9 == 0 ? ShopFile.Private : ShopFile.Usual);
        }
    }

    private static string Folder(int at) => $"{at % 16:x}/{at % 7}{(at % 3 == 0 ? "/deep/er" : "")}";

    private static string Name(int at) => $"{at:00000} {Kinds[at % Kinds.Length]}";

    private int Length(Tenant tenant, int at) => at switch
    {
        _ when tenant.Moves && at % 500 == 250 => 3_000_000,
        _ when at % 41 == 0 => 0,
        _ => new Dice(seed, tenant.Slot, 8, at).Below(12_000),
    };
}
