using Godwit.Cli.Demo.Shop;

namespace Godwit.Cli.Demo.Traffic;

/// <summary>All writers of one process.</summary>
/// <param name="folder">Where the shop is.</param>
/// <param name="seed">Of the shop and of what they do.</param>
/// <param name="size">Of the shop.</param>
/// <param name="habits">How they write.</param>
/// <param name="clock">For the pauses between writes.</param>
internal sealed class Writers(ShopFolder folder, int seed, ShopSize size, WriterHabits habits, TimeProvider clock)
{
    private const int RowWriters = 3;

    /// <summary>Each of the moving tenant's writers keeps to a twelfth of its rows, so that most rest.</summary>
    private const int Parts = 12;

    private static readonly TimeSpan RowPause = TimeSpan.FromMilliseconds(12);
    private static readonly TimeSpan FilePause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan NeighbourPause = TimeSpan.FromMilliseconds(25);

    /// <summary>Writes until cancelled; when it returns, every write is noted as what it was.</summary>
    public Task Write(WritersRole role, CancellationToken cancellation) => Task.WhenAll(role switch
    {
        WritersRole.Tenant => TenantWriters(cancellation),
        WritersRole.Neighbours => Enum.GetValues<Shard>().Select(shard => NeighbourRows(shard, cancellation))
            .Concat(Enum.GetValues<Shard>().Select(shard => NeighbourFiles(shard, cancellation))),
        _ => throw new InvalidOperationException($"Role {role}."),
    });

    private IEnumerable<Task> TenantWriters(CancellationToken cancellation)
    {
        for (var part = 0; part < RowWriters; part++)
            yield return TenantRows(part, cancellation);
        yield return TenantFiles(cancellation);
    }

    private async Task TenantRows(int part, CancellationToken cancellation)
    {
        using var note = NewNote($"tenant-rows-{part}");
        await Task.Yield();
        var parts = size == ShopSize.Full ? Parts : RowWriters;
        var own = new OwnRows(Tenant.Moving, new ShopSeed(seed, size), part, parts);
        var work = new TenantWork(own, new Dice(seed, 100, part));
        var route = new RouteReader(folder.Routes, Tenant.Moving, ShopFolder.DatabaseAddress);
        using var writer = new RowWriter(folder, route.Where, note, Fenced.AtCutover, clock);
        await Repeat(RowPause, () => writer.Write(Tenant.Moving, work.Next(), cancellation), cancellation);
    }

    private async Task TenantFiles(CancellationToken cancellation)
    {
        using var note = NewNote("tenant-files");
        await Task.Yield();
        var route = new RouteReader(folder.Routes, Tenant.Moving, ShopFolder.FilesAddress);
        var writer = Files(Tenant.Moving, route.Where, note);
        await Repeat(FilePause, writer, cancellation);
    }

    /// <summary>One writer goes round the tenants that stay at a shard.</summary>
    private async Task NeighbourRows(Shard shard, CancellationToken cancellation)
    {
        using var note = NewNote($"neighbour-rows-{shard}");
        await Task.Yield();
        var dice = new Dice(seed, 200, (int)shard);
        var all = Tenant.StayingAt(shard)
            .Select(tenant => (tenant, Work: new TenantWork(new OwnRows(tenant, new ShopSeed(seed, size), 0, 1), dice)))
            .ToArray();
        using var writer = new RowWriter(folder, () => shard, note, Fenced.Never, clock);
        await Repeat(
            NeighbourPause,
            () =>
            {
                var (tenant, work) = dice.Of(all);
                return writer.Write(tenant, work.Next(), cancellation);
            },
            cancellation);
    }

    private async Task NeighbourFiles(Shard shard, CancellationToken cancellation)
    {
        using var note = NewNote($"neighbour-files-{shard}");
        await Task.Yield();
        await Repeat(NeighbourPause, Files(Tenant.StayingAt(shard).First(), () => shard, note), cancellation);
    }

    private Func<Task> Files(Tenant tenant, Func<Shard> where, Note note)
    {
        var own = new OwnFiles(clock);
        foreach (var file in new FileSeed(seed, size).FilesOf(tenant))
            own.Add(file);
        var writer = new FileWriter(
            tenant, own, new Dice(seed, 300, tenant.Slot), where, shard => folder.Blobs(shard, tenant), note,
            habits.Deletions);
        return () =>
        {
            writer.WriteOne();
            return Task.CompletedTask;
        };
    }

    private async Task Repeat(TimeSpan pause, Func<Task> write, CancellationToken cancellation)
    {
        using var pace = new PeriodicTimer(pause * habits.Slowness, clock);
        while (!cancellation.IsCancellationRequested)
        {
            await write();
            try
            {
                await pace.WaitForNextTickAsync(cancellation);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private Note NewNote(string name) => new(Path.Combine(folder.Notes, name + ".note"));
}
