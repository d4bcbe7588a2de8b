using Godwit.Cli.Demo;
using Godwit.Cli.Demo.Audit;
using Godwit.Cli.Demo.Shop;
using Godwit.Cli.Demo.Traffic;
using Godwit.Tests.Journals;

namespace Godwit.Tests.Journeys;

/// <summary>A shop in a folder of its own with a migration of its tenant 42, for tests that look at it from
/// outside.</summary>
internal sealed class LiveShop : IAsyncDisposable
{
    private readonly TemporaryFolder _temporary = new();
    private readonly List<GodwitProcess> _writers = [];
    private readonly List<GodwitProcess> _runs = [];
    private readonly ShopSize _size;
    private readonly int _seed;

    public LiveShop(int seed, ShopSize? size = null)
    {
        (_seed, _size) = (seed, size ?? ShopSize.Tiny);
        Folder = new ShopFolder(_temporary.Path);
        new ShopBuilder(Folder, seed, _size).Build();
        File.WriteAllText(Folder.Routes, "{}");
        File.WriteAllText(Folder.MigrationFile, MigrationText.Yaml);
        Traffic = new TrafficWatch(Folder);
    }

    public ShopFolder Folder { get; }

    public TrafficWatch Traffic { get; }

    public AuditReport Audit() => Auditor.Audit(Folder, _seed, _size);

    /// <summary>Gives a command in the shop's folder and waits for its end.</summary>
    public Task<GodwitAnswer> Godwit(params string[] words) =>
        GodwitProcess.Run(Folder.Path, [.. words, "--state", Folder.State]);

    /// <summary>Gives a command to the shop's migration, which must be done.</summary>
    public async Task Command(string word)
    {
        GodwitAnswer? answer = null;
        await Until.Holds(
            $"'{word}' is done",
            async () =>
            {
                answer = await Godwit(word, ShopFolder.Migration);
                Assert.True(answer.Code is 0 or 4, $"{word}: {answer}");
                return answer.Code == 0;
            },
            () => answer?.ToString() ?? "");
    }

    /// <summary>Starts a run that ends with the shop at the latest.</summary>
    public GodwitProcess StartRun(params string[] words)
    {
        var run = GodwitProcess.Start(
            Folder.Path, ["run", Folder.MigrationFile, "--json", "--state", Folder.State, .. words]);
        _runs.Add(run);
        return run;
    }

    /// <summary>Waits until the runner's own picture says something.</summary>
    public async Task Shows(string what, Func<RunPicture, bool> condition, GodwitProcess run)
    {
        var picture = new RunPicture(Folder);
        await Until.Holds(
            what,
            () =>
            {
                picture.Look();
                return run.HasEnded || condition(picture);
            },
            picture.ToString);
        await IsAlive(run);
    }

    /// <summary>Fails with what a process said, when it has ended.</summary>
    public static async Task IsAlive(GodwitProcess process)
    {
        if (process.HasEnded)
            Assert.Fail($"It ended with {await process.End()}");
    }

    public Task IsProvedEqual(GodwitProcess run) => Shows(
        "both sides are proved equal", one => one is { Phase: "following", Verdict: "equal" }, run);

    /// <summary>Starts both kinds of writers and waits for their first notes.</summary>
    public async Task StartWriters(params string[] more)
    {
        foreach (var role in Enum.GetValues<WritersRole>())
            _writers.Add(GodwitProcess.Start(
                Folder.Path, [.. DemoWriterCommand.Words(role, Folder, _seed, _size), .. more]));
        await WritersGoOn(20);
    }

    /// <summary>Waits for transactions that begin from now on.</summary>
    public async Task WritersGoOn(int transactions)
    {
        var moment = TrafficWatch.Now;
        await Until.Holds(
            $"{transactions} transactions of the writers",
            () => _writers.Any(one => one.HasEnded) || Traffic.Since(moment).Count >= transactions);
        foreach (var writer in _writers)
            await IsAlive(writer);
    }

    public async Task StopWriters()
    {
        foreach (var writer in _writers)
        {
            writer.EndInput();
            var answer = await writer.End();
            Assert.True(answer.Code == 0, answer.ToString());
        }
    }

    /// <summary>Lets writers write in this process until each has noted a few things.</summary>
    public async Task LetWritersWrite()
    {
        using var enough = new CancellationTokenSource();
        var writers = new Writers(Folder, _seed, _size, new WriterHabits(), TimeProvider.System);
        var writing = Task.WhenAll(
            Enum.GetValues<WritersRole>().Select(role => writers.Write(role, enough.Token)));
        var notes = new Notes(Folder.Notes);
        await Until.Holds(
            "every writer has noted 20 writes",
            () => writing.IsFaulted
                || notes.Read() is { Count: >= 8 } all && all.All(note => note.Acknowledged.Count >= 20));
        await enough.CancelAsync();
        await writing;
    }

    public void Sql(Shard shard, string sql)
    {
        using var database = ShopDatabase.Open(Folder.Database(shard));
        ShopDatabase.Execute(database, "PRAGMA foreign_keys = OFF;" + sql);
    }

    public string FirstFile(Shard shard, Tenant tenant) =>
        Directory.EnumerateFiles(Folder.Blobs(shard, tenant), "*", SearchOption.AllDirectories)
            .First(one => new FileInfo(one).LinkTarget is null);

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _writers.Concat(_runs))
            await process.DisposeAsync();
        _temporary.Dispose();
    }
}
