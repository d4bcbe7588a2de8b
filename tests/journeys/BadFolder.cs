using Godwit.Cli.Demo;
using Godwit.Cli.Demo.Shop;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Journeys;

/// <summary>A shop with something wrong in it; nobody writes to it.</summary>
internal sealed class BadFolder : IDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly TemporaryFolder _state = new();

    public BadFolder()
    {
        Shop = new ShopFolder(_temporary.Path);
        new ShopBuilder(Shop, 1, ShopSize.Tiny).Build();
        Write(MigrationText.Yaml);
    }

    public ShopFolder Shop { get; }

    public string State => _state.Path;

    public string Journal => Path.Combine(State, ShopFolder.Migration, "journal.db");

    public string this[string name] => _temporary[name];

    public void Write(string yaml) => File.WriteAllText(Shop.MigrationFile, yaml);

    public void Edit(string what, string instead)
    {
        Assert.Contains(what, MigrationText.Yaml, StringComparison.Ordinal);
        Write(MigrationText.Yaml.Replace(what, instead, StringComparison.Ordinal));
    }

    public void Sql(Shard shard, string sql)
    {
        using var database = ShopDatabase.Open(Shop.Database(shard));
        ShopDatabase.Execute(database, sql + ";PRAGMA wal_checkpoint(TRUNCATE)");
    }

    public Task<GodwitAnswer> Godwit(params string[] words) =>
        GodwitProcess.Run(Shop.Path, [.. words, "--state", State]);

    /// <summary>Asserts that a command is refused with a problem that helps, and that nothing was changed.</summary>
    public async Task IsRefused(string code, int exit, params string[] words)
    {
        var before = FolderPicture.Of(Shop.Path);
        var answer = await Godwit(words);

        Assert.True(answer.Code == exit, $"{string.Join(' ', words)}: {answer}");
        Assert.Equal(code, answer.Problem);
        Assert.All(
            ["what", "why", "remedy"], part => Assert.NotEmpty((string?)answer.Json!["error"]![part] ?? ""));
        Assert.DoesNotContain(answer.Output, one => char.IsControl(one) && one != '\n');
        Assert.Equal(before, FolderPicture.Of(Shop.Path));
    }

    /// <summary>The same of a migration that cannot begin, by 'check' and by 'run'.</summary>
    public async Task CannotBegin(string code, int exit)
    {
        await IsRefused(code, exit, "check", Shop.MigrationFile);
        await IsRefused(code, exit, "run", Shop.MigrationFile);
    }

    public void Dispose()
    {
        _temporary.Dispose();
        _state.Dispose();
    }
}
