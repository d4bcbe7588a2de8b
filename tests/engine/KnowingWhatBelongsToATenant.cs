using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Engine.Planning;

namespace Godwit.Tests.Engine;

public sealed class KnowingWhatBelongsToATenant
{
    private static readonly MoveDefinition Move = new() { From = "a", To = "b", TenantColumn = "tenant_id" };

    [Fact]
    public void Children_follow_their_parents_by_foreign_keys_step_by_step()
    {
        var selection = Select(
            Move,
            Table("notes", [], ("line_id", "lines")),
            Table("lines", [], ("order_id", "orders")),
            Table("orders", ["tenant_id"]));
        Assert.Empty(selection.Problems);
        Assert.Equal(
            ["orders where tenant_id = 42", "lines by order_id of orders", "notes by line_id of lines"],
            selection.Streams.Select(one => one.ToString()));
        Assert.Equal([0, 1, 2], selection.Streams.Select(one => one.Number));
    }

    [Fact]
    public void A_tenant_column_wins_over_a_path() =>
        Assert.Equal(
            ["orders where tenant_id = 42", "lines where tenant_id = 42"],
            Select(Move, Table("lines", ["tenant_id"], ("order_id", "orders")), Table("orders", ["tenant_id"]))
                .Streams.Select(one => one.ToString()));

    [Fact]
    public void Of_two_paths_the_one_that_cannot_be_null_decides()
    {
        var line = Table("lines", [], ("gift_id?", "gifts"), ("order_id", "orders"));
        var selection = Select(Move, line, Table("gifts", ["tenant_id"]), Table("orders", ["tenant_id"]));
        Assert.Equal("lines by order_id of orders", selection.Streams[^1].ToString());
    }

    [Fact]
    public void A_table_without_a_path_stops_the_plan_and_is_named()
    {
        var problem = Assert.Single(Select(Move, Table("orders", ["tenant_id"]), Table("plans", [])).Problems);
        Assert.Equal("GW-ENG-002", problem.Code);
        Assert.Contains("plans", problem.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reference_or_excluded_table_needs_no_path()
    {
        var move = Move with { Reference = ["plans"], Exclude = ["audit*"] };
        var selection = Select(move, Table("orders", ["tenant_id"]), Table("plans", []), Table("audit_log", []));
        Assert.Empty(selection.Problems);
        Assert.Equal(["plans"], selection.References.Select(one => one.Name));
        Assert.Equal(["audit_log"], selection.Excluded);
    }

    [Fact]
    public void Foreign_keys_in_a_circle_are_ordered_all_the_same()
    {
        var left = Table("left", ["tenant_id"], ("right_id?", "right"));
        var right = Table("right", ["tenant_id"], ("left_id?", "left"));
        Assert.Equal(2, Select(Move, left, right).Streams.Count);
    }

    [Fact]
    public void An_unsupported_table_stops_the_plan_unless_it_is_excluded()
    {
        var problem = new Core.Problems.Problem(
            "GW-SQL-099", "search", "virtual", "exclude", Core.Problems.Recovery.Stop);
        var catalog = new Catalog(
            [Table("orders", ["tenant_id"])], new Dictionary<string, Core.Problems.Problem> { ["search"] = problem });
        var tenant = Tenant();
        Assert.Equal([problem], Selection.Of(Move, tenant, catalog).Problems);
        Assert.Empty(Selection.Of(Move with { Exclude = ["search"] }, tenant, catalog).Problems);
    }

    [Theory]
    [InlineData("*", "orders", true)]
    [InlineData("ord*", "Orders", true)]
    [InlineData("*_log", "audit_log", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcdf", false)]
    [InlineData("main.orders", "orders", true)]
    [InlineData("order", "orders", false)]
    public void Patterns_match_names_as_people_expect(string pattern, string name, bool matches) =>
        Assert.Equal(matches, NamePattern.Any([pattern], name));

    private static MoveSelection Select(MoveDefinition move, params StreamSchema[] tables) =>
        Selection.Of(move, Tenant(), new Catalog(tables, new Dictionary<string, Core.Problems.Problem>()));

    private static Key Tenant()
    {
        using var batch = new RecordBatch(1);
        batch.AppendInteger(42);
        batch.EndRecord();
        return Key.Of(batch, 0);
    }

    /// <summary>A column that ends in a question mark is nullable.</summary>
    private static StreamSchema Table(string name, string[] columns, params (string Column, string Parent)[] keys) =>
        new()
        {
            Name = name,
            Columns =
            [
                new ColumnSchema("id", "INTEGER", false),
                .. columns.Select(one => new ColumnSchema(one, "INTEGER", false)),
                .. keys.Select(one => new ColumnSchema(
                    one.Column.TrimEnd('?'), "INTEGER", one.Column.EndsWith('?'))),
            ],
            KeyColumns = [0],
            ForeignKeys = [.. keys.Select(one => new ForeignKey([one.Column.TrimEnd('?')], one.Parent, ["id"]))],
        };
}
