using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>What a side holds of a tenant, asked with plain clients, and what it should hold.</summary>
internal static class ShopAudit
{
    /// <summary>Everything that was promised is there as it was written, and nothing else.</summary>
    /// <param name="isOver">Whether Godwit must have left nothing.</param>
    public static async Task<IReadOnlyList<string>> Of(
        ShopSide side, int tenant, ShopBooks books, int oldOrders, bool isOver)
    {
        var sold = books.SoldTo(tenant).Concat(ShopSide.OldOrders(tenant, oldOrders)).ToList();
        var refused = books.RefusedTo(tenant);
        var rows = await Rows(side, tenant);
        var keys = await Keys(side, tenant);
        var files = Files(side, tenant, isOver);
        var nobody = new HashSet<string>(StringComparer.Ordinal);
        return
        [
            .. Differences("row", sold.ToDictionary(one => one.Id, one => one.Text), rows, nobody),
            .. Differences(
                "key", sold.ToDictionary(one => one.Key, one => one.Text), keys, [.. refused.Select(one => one.Key)]),
            .. Differences(
                "file", sold.ToDictionary(one => one.File, one => one.Text), files,
                [.. refused.Select(one => one.File)]),
        ];
    }

    private static IEnumerable<string> Differences(
        string what, Dictionary<string, string> expected, Dictionary<string, string> there, HashSet<string> allowed) =>
        expected.Where(one => there.GetValueOrDefault(one.Key) != one.Value)
            .Select(one => $"{what} {one.Key}: {there.GetValueOrDefault(one.Key) ?? "not there"}")
            .Concat(there.Keys.Where(one => !expected.ContainsKey(one) && !allowed.Contains(one))
                .Select(one => $"{what} {one}: nobody was promised it"));

    private static async Task<Dictionary<string, string>> Rows(ShopSide side, int tenant) =>
        (await side.Database.Run(
            $"""
            SELECT id, note FROM orders WHERE tenant_id = {tenant}
              AND {Order.Lines} = (SELECT count(*) FROM order_lines WHERE order_id = id)
            UNION ALL SELECT 'a row without its lines: ' || id, '' FROM orders WHERE tenant_id = {tenant}
              AND {Order.Lines} <> (SELECT count(*) FROM order_lines WHERE order_id = id)
            """))
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('|'))
        .ToDictionary(columns => columns[0], columns => columns[1]);

    private static async Task<Dictionary<string, string>> Keys(ShopSide side, int tenant)
    {
        await using var cache = await side.Cache.Connect();
        var names = (object?[])(await cache.Call("KEYS", FormattableString.Invariant($"t:{tenant}:*")))!;
        var values = await cache.CallAll([.. names.Select(one => (object[])["GET", (byte[])one!])]);
        return names.Zip(values).ToDictionary(
            one => RedisClient.AsText(one.First), one => RedisClient.AsText(one.Second));
    }

    private static Dictionary<string, string> Files(ShopSide side, int tenant, bool isOver)
    {
        var folder = side.Folder(tenant);
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(folder, path), Text: File.ReadAllText(path)))
            .Where(one => isOver || !one.Name.StartsWith("_godwit_", StringComparison.Ordinal))
            .ToDictionary(one => one.Name, one => one.Text);
    }
}
