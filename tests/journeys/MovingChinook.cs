using Godwit.Tests.Journals;

namespace Godwit.Tests.Journeys;

/// <summary>A database that was not made for these tests, compared by SQLite itself.</summary>
public sealed class MovingChinook
{
    private const string Whole = """
        migration: chinook
        moves:
          - from: sqlite:chinook.db
            to: sqlite:new.db
        """;

    private const string OneCustomer = """
        migration: customer-5
        tenant: { id: 5 }
        moves:
          - from: sqlite:chinook.db
            to: sqlite:other.db
            tables:
              tenant_column: CustomerId
              reference: [Album, Artist, Employee, Genre, MediaType, Playlist, PlaylistTrack, Track]
        """;

    [Fact]
    public async Task Everything_arrives_as_it_was_with_its_definitions()
    {
        using var folder = new TemporaryFolder();
        var source = Chinook.CopyTo(folder["chinook.db"]);
        var (before, schema) = (await File.ReadAllBytesAsync(source, CancellationToken.None), Chinook.Schema(source));
        await File.WriteAllTextAsync(folder["chinook.yaml"], Whole, CancellationToken.None);

        await Done(folder, "run", "chinook.yaml", "--until", "following");
        await Done(folder, "finish", "chinook");

        Assert.Empty(Chinook.Differences(source, folder["new.db"]));
        Assert.Equal(schema, Chinook.Schema(folder["new.db"]));
        Assert.Equal(schema, Chinook.Schema(source));
        await File.WriteAllBytesAsync(folder["original.db"], before, CancellationToken.None);
        Assert.Empty(Chinook.Differences(source, folder["original.db"]));
    }

    [Fact]
    public async Task One_customer_is_found_by_foreign_keys_and_moved_to_a_shop_that_lacks_her()
    {
        using var folder = new TemporaryFolder();
        var source = Chinook.CopyTo(folder["chinook.db"]);
        var target = Chinook.CopyTo(folder["other.db"]);
        Chinook.Execute(
            target,
            """
            DELETE FROM InvoiceLine WHERE InvoiceId IN (SELECT InvoiceId FROM Invoice WHERE CustomerId = 5);
            DELETE FROM Invoice WHERE CustomerId = 5;
            DELETE FROM Customer WHERE CustomerId = 5;
            """);
        Assert.NotEmpty(Chinook.Differences(source, target));
        await File.WriteAllTextAsync(folder["customer.yaml"], OneCustomer, CancellationToken.None);

        var run = await Done(folder, "run", "customer.yaml", "--until", "following");
        await Done(folder, "finish", "customer-5");

        Assert.Equal(46, (int)run.Json!["records_copied"]!);
        Assert.Empty(Chinook.Differences(source, target));
    }

    private static async Task<GodwitAnswer> Done(TemporaryFolder folder, params string[] words)
    {
        var answer = await GodwitProcess.Run(folder.Path, [.. words, "--state", folder["state"]]);
        Assert.True(answer.Code == 0, answer.ToString());
        return answer;
    }
}
