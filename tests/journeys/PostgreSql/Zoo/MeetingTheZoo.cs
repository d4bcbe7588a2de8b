using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.PostgreSql.Zoo;

/// <summary>The zoo and the comparison are what copies are measured with: so they are measured here.</summary>
public sealed class MeetingTheZoo
{
    public static TheoryData<int> Majors => [PostgreSqlServer.Distribution, 18];

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task Every_animal_lives_in_every_version_and_looks_the_same(int major)
    {
        var here = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var one = await here.CreateDatabase();
        await using var other = await (await PostgreSqlServer.Shared(major)).CreateDatabase();
        foreach (var database in (PostgreSqlDatabase[])[one, other])
        {
            await database.Run(Zoo.Create);
            await database.Run(Zoo.Change);
        }

        var comparison = new PostgreSqlComparison(one, other);
        Assert.Equal("", await comparison.Rows());
        Assert.Equal("", await comparison.Sequences());
        Assert.Equal("", await comparison.Definitions());
    }

    [Theory]
    [MemberData(nameof(Majors))]
    public async Task What_was_dumped_and_restored_is_equal(int major)
    {
        var here = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var one = await here.CreateDatabase();
        await one.Run(Zoo.Create);
        await using var other = await (await PostgreSqlServer.Shared(major)).CreateDatabase();
        await new Command(
            "bash", "-c", "set -o pipefail; pg_dump \"$1\" | psql -X -q -o /dev/null -v ON_ERROR_STOP=1 -d \"$2\"",
            "dump", one.Address, other.Address).Run();

        var comparison = new PostgreSqlComparison(one, other);
        Assert.Equal("", await comparison.Rows());
        Assert.Equal("", await comparison.Sequences());
        Assert.Equal("", await comparison.Definitions());
    }

    [Fact]
    public async Task Every_value_is_in_the_log_and_large_ones_are_there_untouched()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var database = await server.CreateDatabase();
        await database.Run(Zoo.Create);
        await database.Run($"SELECT pg_create_logical_replication_slot('zoo_{database.Name}', 'test_decoding')");
        await database.Run(Zoo.Change);
        var log = await database.Run(
            $"SELECT data FROM pg_logical_slot_get_changes('zoo_{database.Name}', NULL, NULL)");
        foreach (var table in TypeZoo.All)
            Assert.All((string[])["INSERT:", "UPDATE:", "UPDATE: old-key:", "DELETE:"],
                what => Assert.Contains($"table public.{table.Name}: {what}", log));
        foreach (var table in KeyZoo.All.Where(table => table.Alike is not null))
            Assert.Contains($"table public.{table.Name}: UPDATE: old-key:", log);
        Assert.Contains("unchanged-toast-datum", log);
    }

    [Fact]
    public async Task One_bit_of_many_megabytes_is_seen()
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var one = await server.CreateDatabase();
        await one.Run(TypeZoo.Large.Create);
        await using var other = await server.CreateDatabase($"TEMPLATE {one.Name}");
        await other.Run(
            "UPDATE zoo_large SET binary_ = set_bit(binary_, 100000000, 1 - get_bit(binary_, 100000000)) WHERE id = 1");
        var difference = await new PostgreSqlComparison(one, other).Rows();
        Assert.Equal(
            ["source: public.zoo_large", "target: public.zoo_large"],
            difference.Split('\n').Select(line => line.Split('\t')[0]).Order());
    }

    [Theory]
    [InlineData("UPDATE zoo_numerics SET n = 1.00 WHERE n = 1.0")]
    [InlineData("UPDATE zoo_floats SET d = 0 WHERE d = '-0'")]
    [InlineData("UPDATE zoo_floats SET d = 0.1 + 1e-17 * 2 WHERE d = 0.1")]
    [InlineData("UPDATE zoo_times SET i = '1 mon' WHERE i = '30 days'")]
    [InlineData("UPDATE zoo_texts SET c = NULL WHERE c = ''")]
    [InlineData("UPDATE zoo_texts SET t = '' WHERE t = ' '")]
    [InlineData("UPDATE zoo_arrays SET i = '{7,8,9}' WHERE i = '[2:4]={7,8,9}'")]
    [InlineData("UPDATE zoo_documents SET j = '{\"a\":2,\"b\":1.00}' WHERE j::text LIKE '{\"a%'")]
    [InlineData("UPDATE zoo_composites SET p = NULL WHERE p = ROW(NULL, NULL, NULL)::place")]
    [InlineData("UPDATE zoo_extensions SET c = 'mixed' WHERE c = 'mixed'")]
    [InlineData("DELETE FROM shape_full WHERE ctid = (SELECT min(ctid) FROM shape_full)")]
    [InlineData("INSERT INTO shape_one_column DEFAULT VALUES")]
    public async Task A_difference_that_is_nearly_none_is_seen(string harm)
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        await using var one = await server.CreateDatabase();
        await one.Run(Zoo.Create);
        await using var other = await server.CreateDatabase($"TEMPLATE {one.Name}");
        var comparison = new PostgreSqlComparison(one, other);
        Assert.Equal("", await comparison.Rows());
        await other.Run(harm);
        Assert.NotEqual("", await comparison.Rows());
    }
}
