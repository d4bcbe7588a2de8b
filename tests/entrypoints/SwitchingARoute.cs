using System.Text.Json;
using System.Text.Json.Nodes;
using Godwit.Cli.Routes;
using Godwit.Core.Problems;
using Godwit.Core.Routes;

namespace Godwit.Tests.Entrypoints;

public sealed class SwitchingARoute : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("godwit-test-").FullName;

    private string RoutePath => Path.Combine(_folder, "routes.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_was_switched_is_read_back()
    {
        Assert.Null(await Route("42").Read(CancellationToken.None));

        await Switch("42", 1, "b");

        var entry = await Route("42").Read(CancellationToken.None);
        Assert.Equal((1, "b"), (entry!.Epoch, entry.Places["a"]));
        Assert.Null(await Route("43").Read(CancellationToken.None));
    }

    [Fact]
    public async Task Entries_of_others_are_kept_with_all_that_is_in_them()
    {
        await File.WriteAllTextAsync(RoutePath, """{"7":{"epoch":9,"places":{},"more":[1.50]},"note":"hello"}""");

        await Switch("42", 1, "b");

        var routes = JsonNode.Parse(await File.ReadAllTextAsync(RoutePath))!;
        Assert.Equal("""{"epoch":9,"places":{},"more":[1.50]}""", routes["7"]!.ToJsonString());
        Assert.Equal("hello", (string?)routes["note"]);
    }

    [Fact]
    public async Task A_reader_never_sees_a_part()
    {
        await Switch("42", 1, "b");
        using var done = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var reading = Task.Run(() =>
        {
            var reads = 0;
            for (; !done.IsCancellationRequested; reads++)
            {
                var places = JsonNode.Parse(File.ReadAllText(RoutePath))!["42"]!["places"]!;
                Assert.Equal(new string('x', 5000), (string?)places["pad"]);
                begun.TrySetResult();
            }
            return reads;
        });
        await (await Task.WhenAny(begun.Task, reading));

        for (var epoch = 2; epoch < 200; epoch++)
            await Switch("42", epoch, $"b{epoch}");
        await done.CancelAsync();

        Assert.True(await reading > 0);
    }

    [Fact]
    public async Task Writers_for_many_tenants_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(tenant => Task.Run(async () =>
        {
            for (var epoch = 1; epoch <= 10; epoch++)
                await Switch($"{tenant}", epoch, "b");
        })));

        for (var tenant = 0; tenant < 8; tenant++)
            Assert.Equal(10, (await Route($"{tenant}").Read(CancellationToken.None))!.Epoch);
    }

    [Fact]
    public async Task An_epoch_never_goes_back_and_the_same_switch_may_come_twice()
    {
        await Switch("42", 3, "b");
        await Switch("42", 3, "b");

        Assert.Equal("GW-RTE-004", await Refused(() => Switch("42", 3, "c")));
        Assert.Equal("GW-RTE-004", await Refused(() => Switch("42", 2, "b")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("""{"42":{"epoch":"one","places":{}}}""")]
    [InlineData("""{"42":{"epoch":1}}""")]
    [InlineData("""{"42":{"epoch":1,"places":{"a":7}}}""")]
    [InlineData("""{"42":{"epoch":1,"places":{}},"42":{"epoch":2,"places":{}}}""")]
    public async Task A_file_that_holds_something_else_is_left_alone(string content)
    {
        await File.WriteAllTextAsync(RoutePath, content);

        Assert.Equal("GW-RTE-001", await Refused(() => Switch("42", 5, "b")));
        Assert.Equal(content, await File.ReadAllTextAsync(RoutePath));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_before_anything_is_copied()
    {
        var route = new RouteFile(Path.Combine(_folder, "none", "routes.json"), "42", null, TimeProvider.System);

        Assert.Equal("GW-RTE-002", await Refused(() => route.Probe(CancellationToken.None)));
    }

    [Fact]
    public async Task A_link_stays_a_link_and_the_mode_stays_as_it_was()
    {
        if (OperatingSystem.IsWindows())
            return;
        var real = Path.Combine(_folder, "real.json");
        await File.WriteAllTextAsync(real, "{}");
        File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite);
        File.CreateSymbolicLink(RoutePath, real);

        await Switch("42", 1, "b");

        Assert.Equal(real, new FileInfo(RoutePath).LinkTarget);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite, File.GetUnixFileMode(real));
        Assert.True(JsonDocument.Parse(await File.ReadAllTextAsync(real)).RootElement.TryGetProperty("42", out _));
    }

    private RouteFile Route(string tenant) => new(RoutePath, tenant, null, TimeProvider.System);

    private async Task Switch(string tenant, long epoch, string place) => await Route(tenant).Switch(
        new RouteEntry(epoch, new Dictionary<string, string> { ["a"] = place, ["pad"] = new('x', 5000) }),
        CancellationToken.None);

    private static async Task<string> Refused(Func<Task> work) =>
        (await Assert.ThrowsAsync<GodwitException>(work)).Problem.Code;
}
