using System.Text.Json.Nodes;

namespace Godwit.Tests.Entrypoints;

public sealed class TellingTheApplication
{
    private const string RouteAndHook = """
        route: { file: routes.json }
        """;

    [Fact]
    public void The_route_shows_where_the_data_is_after_each_switch()
    {
        using var shop = Shop.Open(RouteAndHook);
        Assert.Equal(0, shop.Run("run", "acme.yaml", "--until", "following").Code);

        Assert.Equal(0, shop.Run("cutover", Shop.Name).Code);
        Assert.Equal("""{"epoch":1,"places":{"sqlite:a.db":"sqlite:b.db"}}""", Entry(shop));
        Assert.Equal(0, shop.Run("rollback", Shop.Name).Code);
        Assert.Equal("""{"epoch":2,"places":{"sqlite:a.db":"sqlite:a.db"}}""", Entry(shop));
    }

    [Fact]
    public void A_hook_that_fails_takes_the_traffic_back_and_ends_with_4()
    {
        using var shop = Shop.Open(RouteAndHook);
        var file = File.ReadAllText(shop["acme.yaml"]).Replace(
            "max_lag: 10s", "max_lag: 10s, hook: [/bin/sh, ./hook.sh, '${PASSWORD}']", StringComparison.Ordinal);
        shop.Write("acme.yaml", file);
        shop.Write("hook.sh", "echo \"cannot tell $1\" >&2\nexit $(cat code)\n");
        shop.Write("code", "5");
        shop.Variables["PASSWORD"] = "hunter2";
        Assert.Equal(0, shop.Run("run", "acme.yaml", "--until", "following").Code);

        var said = shop.Run("cutover", Shop.Name, "--json");

        Assert.True(said.Code == 4, said.ToString());
        Assert.Contains("cannot tell ***", said.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", said.ToString(), StringComparison.Ordinal);
        Assert.Equal("following", (string?)said.Json["phase"]);
        Assert.Contains("\"sqlite:a.db\":\"sqlite:a.db\"", Entry(shop), StringComparison.Ordinal);
        shop.Sql("a.db", "INSERT INTO orders VALUES (9001, 42, 'the source is open again')");
        shop.Write("code", "0");
        Assert.Equal(0, shop.Run("cutover", Shop.Name).Code);
    }

    [Fact]
    public void A_variable_that_is_missing_in_another_terminal_is_told_and_no_command_lies_in_wait()
    {
        using var shop = Shop.Open(RouteAndHook);
        shop.Variables["PLACE"] = shop.Folder;
        shop.Write("acme.yaml", File.ReadAllText(shop["acme.yaml"]).Replace(
            "sqlite:a.db", "sqlite:${PLACE}/a.db", StringComparison.Ordinal));
        Assert.Equal(0, shop.Run("run", "acme.yaml", "--until", "following").Code);
        shop.Variables.Remove("PLACE");

        var said = shop.Run("cutover", Shop.Name);

        Assert.Contains("GW-CLI-008", said.Error, StringComparison.Ordinal);
        Directory.CreateDirectory(shop["other"]);
        File.Copy(shop["a.db"], shop["other/a.db"]);
        shop.Variables["PLACE"] = shop["other"];
        Assert.Contains("GW-CLI-019", shop.Run("cutover", Shop.Name).Error, StringComparison.Ordinal);
        Assert.Contains("GW-CLI-019", shop.Run("run", "acme.yaml").Error, StringComparison.Ordinal);
        shop.Variables["PLACE"] = shop.Folder;
        Assert.Equal(0, shop.Run("run", "acme.yaml", "--until", "following").Code);
        Assert.Equal("following", (string?)shop.Run("status", Shop.Name, "--json").Json["phase"]);
    }

    private static string Entry(Terminal shop) =>
        JsonNode.Parse(File.ReadAllText(shop["routes.json"]))!["42"]!.ToJsonString();
}
