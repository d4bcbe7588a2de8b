using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;

namespace Godwit.Cli.Demo.Audit;

/// <summary>What a tenant must hold: what it was given at first, and then every acknowledged write in order.</summary>
internal sealed class ExpectedTenant
{
    private readonly Dictionary<(string Stream, string Key), string> _texts = [];

    public ExpectedTenant(Tenant tenant, int seed, ShopSize size)
    {
        foreach (var row in new ShopSeed(seed, size).RowsOf(tenant))
            _texts[(row.Table.Name, row.Key)] = row.Text;
        foreach (var file in new FileSeed(seed, size).FilesOf(tenant))
            _texts[(NotedWrite.Files, file.Path)] = file.Text;
    }

    public IReadOnlyDictionary<(string Stream, string Key), string> Texts => _texts;

    public void Take(NotedWrite write)
    {
        if (write.Text is null)
            _texts.Remove((write.Stream, write.Key));
        else
            _texts[(write.Stream, write.Key)] = write.Text;
    }

    public string? TextOf(string stream, string key) => _texts.GetValueOrDefault((stream, key));
}
