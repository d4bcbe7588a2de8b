using Godwit.Cli.Demo.Shop;
using Microsoft.Data.Sqlite;

namespace Godwit.Cli.Demo.Audit;

/// <summary>Tries, as an application that missed the switch would, to write where it may not any more.</summary>
internal static class FenceProbe
{
    /// <returns>What is wrong with the fence: a late writer gets through, or another tenant does not.</returns>
    public static IEnumerable<Finding> Try(ShopFolder folder, Shard fenced)
    {
        if (Refusal(folder, fenced, Tenant.Moving) is null)
            yield return new Finding(FindingKind.Lost, fenced, "A late write of tenant 42 was taken here.");
        var neighbour = Tenant.StayingAt(fenced).First();
        if (Refusal(folder, fenced, neighbour) is { } refusal)
            yield return new Finding(FindingKind.OtherTenant, fenced, $"Tenant {neighbour.Id} cannot write: {refusal}");
    }

    private static string? Refusal(ShopFolder folder, Shard shard, Tenant tenant)
    {
        using var connection = ShopDatabase.Open(folder.Database(shard));
        using var transaction = connection.BeginTransaction(deferred: false);
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = "UPDATE customers SET balance = balance + 1 WHERE tenant_id = $tenant";
        command.Parameters.AddWithValue("$tenant", tenant.Id);
        try
        {
            command.ExecuteNonQuery();
            return null; // Rolled back: it was only to see.
        }
        catch (SqliteException refused) when (refused.Message.Contains("godwit:", StringComparison.Ordinal))
        {
            return refused.Message;
        }
    }
}
