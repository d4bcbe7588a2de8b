using System.Text.RegularExpressions;
using Godwit.Tests.Journals;
using Godwit.Tests.Journeys.PostgreSql;
using Godwit.Tests.Servers;
using Godwit.Tests.Tidy;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>A tenant's whole shop with its traffic and its neighbours, and the migration file that the README
/// shows.</summary>
internal sealed partial class WholeShop : IAsyncDisposable
{
    public const int Moved = 42;

    private const int OldOrders = 1_500;
    private const int FewOldOrders = 3;

    /// <summary>They sell all the time, one at either side.</summary>
    private const int BusyAtSource = 7;
    private const int BusyAtTarget = 55;

    private static readonly TimeSpan Briskly = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Calmly = TimeSpan.FromMilliseconds(100);

    private const string From = "postgres://${OLD_PG}";
    private const string To = "postgres://${NEW_PG}";

    /// <summary>They do nothing. One is called as if it were the moved one.</summary>
    private static readonly int[] QuietAtSource =
        [.. Enumerable.Range(1, 50).Where(one => one is not (Moved or BusyAtSource)), 421];

    private static readonly int[] QuietAtTarget = [51, 52, 53, 54, 421];

    private readonly TemporaryFolder _blobs;
    private readonly List<ShopSeller> _sellers = [];
    private readonly List<ShopPacker> _packers = [];
    private ShopPacker? _packer;
    private (string Source, string Target) _quiet;

    private WholeShop(TemporaryFolder blobs, ShopSide source, ShopSide target)
    {
        (_blobs, Source, Target) = (blobs, source, target);
        Move = new DatabaseMove(new MoveWishes(From, To)
        {
            Name = "acme-to-shard-2", Tenant = Moved, File = ReadmesFile(),
            World = World("OLD", source).Concat(World("NEW", target)).ToDictionary(),
        });
        Route = new ShopRoute(Move.Routes, Move.Wishes.RouteName, From) { ClosesAtHandovers = false };
        foreach (var queue in ShopSide.QueuesOf(Moved))
            _sellers.Add(new ShopSeller(Moved, queue, Where, Books, Briskly));
        foreach (var (tenant, side) in Busy)
        {
            foreach (var queue in ShopSide.QueuesOf(tenant))
                _sellers.Add(new ShopSeller(tenant, queue, () => (0, side), Others, Calmly));
        }
    }

    public ShopSide Source { get; }

    public ShopSide Target { get; }

    public DatabaseMove Move { get; }

    public ShopRoute Route { get; }

    /// <summary>Of the moved tenant.</summary>
    public ShopBooks Books { get; } = new();

    /// <summary>Of tenants who stay.</summary>
    public ShopBooks Others { get; } = new();

    /// <summary>Who sells for one of the moved tenant's queues.</summary>
    public ShopSeller Slow => _sellers[0];

    private IEnumerable<(int Tenant, ShopSide Side)> Busy => [(BusyAtSource, Source), (BusyAtTarget, Target)];

    /// <summary>Two sides full of tenants; nobody sells yet.</summary>
    public static async Task<WholeShop> Build(RedisServer cache, RedisServer otherCache)
    {
        var server = await PostgreSqlServer.Shared(PostgreSqlServer.Distribution);
        var blobs = new TemporaryFolder();
        var shop = new WholeShop(
            blobs,
            new ShopSide(await server.CreateDatabase(), cache, blobs["shard1"], await RabbitMqServer.Host()),
            new ShopSide(await server.CreateDatabase(), otherCache, blobs["shard2"], await RabbitMqServer.OtherHost()));
        try
        {
            await shop.Settle();
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Has everybody sell, and the queues of those who stay packed.</summary>
    public async Task Start()
    {
        foreach (var (tenant, side) in Busy)
            _packers.Add(await ShopPacker.At(side, ShopSide.QueuesOf(tenant), () => (0, side), Others));
        foreach (var seller in _sellers)
            seller.Start();
    }

    /// <summary>Returns when so many more orders of the moved tenant are sold.</summary>
    public async Task GoesOn(int orders)
    {
        var goal = Books.Sold + orders;
        await Until.Holds(
            $"{orders} more orders are sold",
            () =>
            {
                Assert.All(_sellers, one => Assert.Null(one.Failure));
                return Books.Sold >= goal;
            },
            () => Move.Picture.ToString());
    }

    /// <summary>Has the moved tenant's queues packed at a side, and nowhere else.</summary>
    public async Task PackAt(ShopSide side)
    {
        if (_packer?.Side == side)
            return;
        await StopPacking();
        _packer = await ShopPacker.At(side, ShopSide.QueuesOf(Moved), Where, Books);
    }

    public async Task StopPacking()
    {
        if (_packer is null)
            return;
        await _packer.Stop();
        await _packer.DisposeAsync();
        _packer = null;
    }

    /// <summary>Nobody of the moved tenant's sells until the others are through: all is packed, proved equal, and at
    /// both sides what was promised.</summary>
    public async Task Audit()
    {
        var moved = _sellers.Take(ShopSide.QueuesOf(Moved).Length).ToList();
        moved.ForEach(one => one.Rest.Close());
        await Until.Holds("the sellers rest", () => moved.TrueForAll(one => one.Rest.IsWaitedAt));
        await Move.Command("verify");
        await IsPacked(Books);
        await Holds(Source, Moved, Books, OldOrders, isOver: false);
        await Holds(Target, Moved, Books, OldOrders, isOver: false);
        moved.ForEach(one => one.Rest.Open());
    }

    /// <summary>The end: everybody has what was promised, nobody else was touched, nothing of Godwit's is
    /// left.</summary>
    public async Task End()
    {
        foreach (var seller in _sellers)
            await seller.Stop();
        await Move.Command("verify");
        await Move.Runner.Kill();
        await SendLate();
        var finish = await Move.Godwit("finish", Move.Wishes.Name);
        Assert.True(finish.Code == 0, finish.ToString());
        await IsPacked(Books);
        await IsPacked(Others);
        var receipt = await Move.Receipt();
        Assert.True(receipt.Code == 0, receipt.ToString());
        await Holds(Source, Moved, Books, OldOrders, isOver: true);
        foreach (var (tenant, side) in Busy)
            await Holds(side, tenant, Others, FewOldOrders, isOver: true);
        Assert.Equal(_quiet, await Quiet());
        foreach (var side in (ShopSide[])[Source, Target])
        {
            await ShopJourney.LeftNothingBehind(side.Database);
            await using var hand = await side.Broker.Connect();
            foreach (var queue in ShopSide.QueuesOf(Moved))
                Assert.Equal(0u, await hand.Depth(queue));
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var seller in _sellers)
            await seller.DisposeAsync();
        foreach (var packer in _packers.Append(_packer).OfType<ShopPacker>())
            await packer.DisposeAsync();
        await Move.DisposeAsync();
        await ShopJourney.Drop(Source.Database);
        await ShopJourney.Drop(Target.Database);
        _blobs.Dispose();
    }

    /// <summary>A message that comes to the target while no run goes on: whoever finishes has to bring it
    /// over.</summary>
    private async Task SendLate()
    {
        await using var here = await ShopClerk.At(Source);
        await using var there = await ShopClerk.At(Target);
        var order = new Order(Moved, ShopSide.QueuesOf(Moved)[0], int.MaxValue, Route.Present.Epoch, 1);
        await here.Prepare(order);
        Assert.True(await here.TryInsert(order));
        await there.Publish(order);
        Books.Sell(order);
    }

    private static async Task Holds(ShopSide side, int tenant, ShopBooks books, int oldOrders, bool isOver)
    {
        var found = await ShopAudit.Of(side, tenant, books, oldOrders, isOver);
        Assert.True(
            found.Count == 0,
            $"{found.Count} findings for {tenant} at {side.Blobs}: {string.Join("\n", found.Take(8))}");
    }

    private static async Task IsPacked(ShopBooks books)
    {
        IReadOnlyList<string> found = [];
        await Until.Holds(
            "everything that was sold is packed, once and in order",
            () =>
            {
                found = books.Audit();
                return found.Count == 0;
            },
            () => string.Join('\n', found.Take(8)),
            TimeSpan.FromSeconds(20));
    }

    private async Task Settle()
    {
        foreach (var (side, tenants) in new[] { (Source, QuietAtSource), (Target, QuietAtTarget) })
        {
            await side.Build();
            await side.Settle(tenants, FewOldOrders);
        }
        foreach (var (tenant, side) in Busy)
            await side.Settle([tenant], FewOldOrders);
        await Source.Settle([Moved], OldOrders);
        _quiet = await Quiet();
    }

    private async Task<(string Source, string Target)> Quiet() =>
        (await Source.Quiet(QuietAtSource), await Target.Quiet(QuietAtTarget));

    /// <summary>The side of the moved tenant.</summary>
    private (long Epoch, ShopSide Side) Where()
    {
        var (epoch, place) = Route.Present;
        return (epoch, place == To ? Target : Source);
    }

    private static string ReadmesFile()
    {
        var example = Example().Match(File.ReadAllText(Path.Combine(House.Root(), "README.md")));
        Assert.True(example.Success, "The README shows no migration file called acme.yaml.");
        return example.Groups["text"].Value;
    }

    private static IEnumerable<KeyValuePair<string, string>> World(string which, ShopSide side) =>
    [
        new($"{which}_PG", Bare(side.Database.Address)),
        new($"{which}_REDIS", FormattableString.Invariant($"127.0.0.1:{side.Cache.Port}/0")),
        new($"{which}_BLOBS", side.Blobs),
        new($"{which}_MQ", Bare(side.Broker.Address)),
    ];

    private static string Bare(string address) => address[(address.IndexOf("://", StringComparison.Ordinal) + 3)..];

    [GeneratedRegex("^```yaml\n(?<text># acme.yaml\n.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Example();
}
