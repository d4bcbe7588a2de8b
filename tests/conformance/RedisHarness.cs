using System.Globalization;
using System.Text;
using Godwit.Connectors.Redis;
using Godwit.Core.Records;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;
using Godwit.Tests.Journals;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Conformance;

/// <summary>Two Redis servers and an application that uses keys of all types. Records are known by their keys, so that
/// nobody else can have the same.</summary>
public abstract class RedisHarness : StoreHarness
{
    /// <summary>Snapshots come at once, and not for several replicas together.</summary>
    private const string AtOnce = "repl-diskless-sync-delay 0";

    private readonly Dictionary<Place, RedisServer> _servers = [];
    private readonly TemporaryFolder _folder = new();

    public override bool HasChildren => false;

    public override bool HasCounters => false;

    public override bool CanLoseCapture => false;

    public override bool HasCanonicalDigests => false;

    public override bool HasRecordsOnTheWay => false;

    public override bool HasReadsOfTheirOwnMoment => false;

    public override bool HasKeysOfAnybody => false;

    public override bool SaysWhereToGo => false;

    public override IReadOnlyList<string> Damages =>
        ["an element more", "an element less", "another type", "an expiry", "nothing but a moment"];

    /// <summary>Patterns of what is moved; empty for everything.</summary>
    protected virtual IReadOnlyList<string> Patterns => [];

    /// <summary>The user whose writes the fence refuses, and the application's; null: everybody's.</summary>
    protected virtual string? User => null;

    /// <summary>Whether Godwit has a user of its own, who may do what the guide says and no more.</summary>
    protected virtual bool HasUserOfTheGuide => false;

    /// <summary>The time as Godwit sees it.</summary>
    public virtual TimeProvider Clock => TimeProvider.System;

    /// <summary>The part of an address that names a database.</summary>
    protected abstract string DatabaseIn(Place place);

    /// <summary>Where a record is.</summary>
    protected abstract (int Database, string Key) At(Place place, Owner owner, int number);

    /// <summary>Databases in which somebody's records are.</summary>
    protected abstract IReadOnlyList<int> DatabasesOf(Place place, Owner owner);

    public override async Task Create()
    {
        foreach (var place in new[] { Place.Source, Place.Target })
        {
            _servers[place] = await Start(place);
            foreach (var line in HasUserOfTheGuide ? GuidesLines() : [])
                await _servers[place].Call([.. line.Split(' ')]);
            if (User is not null)
                await _servers[place].Call(
                    ["ACL", "SETUSER", User, "on", ">sesame", .. Patterns.Select(one => $"~{one}"), "+@all"]);
        }
    }

    /// <summary>A server for a place.</summary>
    private protected virtual Task<RedisServer> Start(Place place) => RedisServer.Start(AtOnce);

    /// <summary>Where Godwit reaches the server of a place.</summary>
    private protected virtual int PortOf(Place place) => _servers[place].Port;

    /// <summary>What was started for a place is gone.</summary>
    private protected virtual ValueTask Stop(RedisServer server) => server.DisposeAsync();

    /// <summary>The server of a place crashes and comes back with what it had saved.</summary>
    public virtual Task Restart(Place place) => _servers[place].Restart(immediate: true);

    /// <summary>A command as a client has to say it that writes several keys in one transaction.</summary>
    protected virtual object[] Said(Place place, object[] command) => command;

    public override Task<IStore> Open(Place place, StoreRole role, string mark = Mark) => new RedisConnector().Open(
        new StoreOpening
        {
            Address = Address(place),
            Shown = Address(place),
            Migration = "conformance",
            Mark = mark,
            Elsewhere = Elsewhere,
            Peer = Address(1 - place),
            Keys = Patterns,
            FencedUser = User,
            Folder = FolderOf(place, mark),
            MaxPause = TimeSpan.FromMilliseconds(300),
            Clock = Clock,
            Chance = () => 0.5,
        },
        role,
        CancellationToken.None);

    public override IReadOnlyList<ScopedStream> Scope(Catalog catalog) =>
        [ScopedStream.Everything(0, Assert.Single(catalog.Streams))];

    public override Key KeyOf(int stream, int number)
    {
        var (database, key) = At(Place.Source, Owner.Mine, number);
        using var batch = new RecordBatch(HasDatabaseInKeys ? 2 : 1);
        if (HasDatabaseInKeys)
            batch.AppendInteger(database);
        batch.AppendBytes(Encoding.UTF8.GetBytes(key));
        batch.EndRecord();
        return HasDatabaseInKeys ? Key.Of(batch, 0, [0, 1]) : Key.Of(batch, 0);
    }

    public override async Task<string?> Write(Place place, params Wish[] wishes)
    {
        await using var client = wishes.Any(one => one.Owner == Owner.Neighbour)
            ? await _servers[place].Connect()
            : await Connect(place);
        await Queue(client, place, wishes);
        return await Execute(client);
    }

    public override async Task<IOpenWrite> Begin(Place place, params Wish[] wishes)
    {
        var client = await Connect(place);
        await Queue(client, place, wishes);
        return new OpenWrite(client);
    }

    public override async Task<SortedDictionary<string, string>> Contents(Place place, Owner owner)
    {
        var contents = new SortedDictionary<string, string>();
        await using var client = await _servers[place].Connect();
        foreach (var database in DatabasesOf(place, owner))
        {
            await client.Call("SELECT", Digits(database));
            foreach (var name in (object?[])(await client.Call("KEYS", "*"))!)
            {
                var key = Encoding.UTF8.GetString((byte[])name!);
                if (!int.TryParse(key.Split(':')[^1], out var number) || At(place, owner, number) != (database, key))
                    continue;
                contents.Add($"0/{number}", await RedisRecord.Read(client, key));
            }
        }
        return contents;
    }

    public override async Task Damage(Place place, int number, string what)
    {
        await using var client = await Select(place, number);
        await RedisRecord.Damage(client, At(place, Owner.Mine, number).Key, what);
    }

    public override async Task<string?> Give(Place place, int number, Owner owner)
    {
        var (from, to) = (At(place, 1 - owner, number), At(place, owner, number));
        await using var client = await Connect(place);
        await client.Call("SELECT", Digits(from.Database));
        try
        {
            await (from.Key == to.Key
                ? client.Call("MOVE", from.Key, Digits(to.Database))
                : client.Call("RENAME", from.Key, to.Key));
            return null;
        }
        catch (RedisRefusal refusal)
        {
            return refusal.Message;
        }
    }

    public override async Task Renumber(Place place, int number, int to)
    {
        var (old, renewed) = (At(place, Owner.Mine, number), At(place, Owner.Mine, to));
        await using var client = await Select(place, number);
        await client.Call("MULTI");
        if (old.Database != renewed.Database)
        {
            await client.Call("MOVE", old.Key, Digits(renewed.Database));
            await client.Call("SELECT", Digits(renewed.Database));
        }
        await client.Call("RENAME", old.Key, renewed.Key);
        Assert.Null(await Execute(client));
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var server in _servers.Values)
            await Stop(server);
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Whether the database is part of a key.</summary>
    protected virtual bool HasDatabaseInKeys => false;

    protected string FolderOf(Place place, string mark = Mark) => _folder[$"{place}-{mark}"];

    internal RedisServer Server(Place place) => _servers[place];

    internal (int Database, string Key) Located(Place place, Owner owner, int number) => At(place, owner, number);

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> GuidesLines() => Tidy.House.Real.Text("docs/how-to/redis.md").Split('\n')
        .Where(line => line.StartsWith("ACL SETUSER godwit ", StringComparison.Ordinal)
            && line.Contains(" ~t:42:* ", StringComparison.Ordinal) == Patterns.Count > 0);

    private string Address(Place place) =>
        $"redis://{(HasUserOfTheGuide ? "godwit:PASSWORD@" : "")}127.0.0.1:{PortOf(place)}{DatabaseIn(place)}";

    private async Task<RedisClient> Select(Place place, int number)
    {
        var client = await _servers[place].Connect();
        await client.Call("SELECT", Digits(At(place, Owner.Mine, number).Database));
        return client;
    }

    /// <summary>The application's connection.</summary>
    private async Task<RedisClient> Connect(Place place)
    {
        var client = await _servers[place].Connect();
        if (User is not null)
            await client.Call("AUTH", User, "sesame");
        return client;
    }

    private async Task Queue(RedisClient client, Place place, Wish[] wishes)
    {
        await client.Call("MULTI");
        foreach (var wish in wishes)
        {
            var (database, key) = At(place, wish.Owner, wish.Number);
            await client.Call("SELECT", Digits(database));
            await Try(client, Said(place, ["DEL", key]));
            foreach (var command in wish.Content is { } content ? RedisRecord.Write(key, wish.Number, content) : [])
                await Try(client, Said(place, command));
        }
    }

    /// <summary>What is refused here is refused again, and as a whole, when the transaction ends.</summary>
    private static async Task Try(RedisClient client, params object[] words)
    {
        try
        {
            await client.Call(words);
        }
        catch (RedisRefusal)
        {
        }
    }

    /// <returns>What the server refused; null when it carried out everything.</returns>
    private static async Task<string?> Execute(RedisClient client)
    {
        try
        {
            var replies = (object?[])(await client.Call("EXEC"))!;
            return replies.OfType<RedisRefusal>().FirstOrDefault()?.Message;
        }
        catch (RedisRefusal refusal)
        {
            return refusal.Message;
        }
    }

    private sealed class OpenWrite(RedisClient client) : IOpenWrite
    {
        public async Task<bool> Commit()
        {
            await using (client)
                return await Execute(client) is null;
        }

        public async Task RollBack()
        {
            await using (client)
                await client.Call("DISCARD");
        }
    }
}
