using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Sees whether anybody has written rows that nobody may touch: those of other tenants.</summary>
internal static class ShopWatch
{
    /// <summary>Counts and digests of all rows but those of a tenant, and of the transactions that wrote them. Equal
    /// before and after when no row was touched, not even written again as it was.</summary>
    public static Task<string> OthersThan(int tenant, PostgreSqlDatabase database) =>
        Of($"<> {tenant}", database);

    /// <summary>The same of certain tenants.</summary>
    public static Task<string> Of(IEnumerable<int> tenants, PostgreSqlDatabase database) =>
        Of($"IN ({string.Join(", ", tenants)})", database);

    private static Task<string> Of(string tenants, PostgreSqlDatabase database) =>
        database.Run(
            string.Join(
                ";\n",
                ShopTable.All.Select(table => table.Untouched(tenants))
                    .Append("SELECT 'plans', md5(string_agg(ROW(plans.*, xmin)::text, '' ORDER BY code)) FROM plans")
                    .Prepend(ShopLedger.Pinned)));
}
