using System.Globalization;

namespace Godwit.Tests.Servers;

/// <summary>Private servers that form a cluster, and that a test may let change their roles and slots.</summary>
internal sealed class RedisCluster : IAsyncDisposable
{
    public const int Slots = 16384;

    private const string Host = "127.0.0.1";

    private readonly List<RedisServer> _nodes = [];
    private readonly Dictionary<RedisServer, string> _ids = [];
    private readonly Dictionary<RedisServer, int> _busPorts = [];
    private readonly RedisServer[] _owners = new RedisServer[Slots];

    private RedisCluster()
    {
    }

    /// <summary>All servers, replicas among them.</summary>
    public IReadOnlyList<RedisServer> Nodes => _nodes;

    /// <summary>The servers that own slots, by the lowest.</summary>
    public IReadOnlyList<RedisServer> Primaries => [.. _owners.Distinct()];

    /// <summary>A cluster of which each primary owns as many slots as the others.</summary>
    public static Task<RedisCluster> Start(int primaries) => Start(
        [.. Enumerable.Range(1, primaries - 1).Select(one => one * Slots / primaries)]);

    /// <param name="cuts">The first slot of each primary but the first.</param>
    public static async Task<RedisCluster> Start(IReadOnlyList<int> cuts)
    {
        var cluster = new RedisCluster();
        try
        {
            for (var i = 0; i <= cuts.Count; i++)
            {
                await cluster.Add();
                await cluster.Own(i == 0 ? 0 : cuts[i - 1], i == cuts.Count ? Slots - 1 : cuts[i] - 1);
            }
            await cluster.IsWell();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>The primary that owns a slot.</summary>
    public RedisServer Owner(int slot) => Volatile.Read(ref _owners[slot]);

    /// <summary>Waits until every server says that all is well, and knows every other one.</summary>
    public Task IsWell() => EachSays("CLUSTER", "INFO", $"cluster_known_nodes:{_nodes.Count}\r", "cluster_state:ok\r");

    /// <summary>Begins to move a slot: both servers know of it, and its keys stay where they are.</summary>
    public async Task BeginMove(int slot, RedisServer to)
    {
        await to.Call("CLUSTER", "SETSLOT", Text(slot), "IMPORTING", _ids[Owner(slot)]);
        await Owner(slot).Call("CLUSTER", "SETSLOT", Text(slot), "MIGRATING", _ids[to]);
    }

    /// <summary>Ends a move that was begun: the keys go over, and every server hears of it.</summary>
    public async Task EndMove(int slot, RedisServer to)
    {
        var from = Owner(slot);
        while ((object?[])(await from.Call("CLUSTER", "GETKEYSINSLOT", Text(slot), "100"))! is { Length: > 0 } keys)
            await from.Call(["MIGRATE", Host, Text(to.Port), "", "0", "10000", "KEYS", .. keys!]);
        foreach (var node in _nodes.OrderBy(node => node == to ? 0 : node == from ? 1 : 2))
        {
            if (_owners.Contains(node) || node == to)
                await node.Call("CLUSTER", "SETSLOT", Text(slot), "NODE", _ids[to]);
        }
        Volatile.Write(ref _owners[slot], to);
    }

    /// <summary>A slot and its keys get another owner.</summary>
    public async Task Move(int slot, RedisServer to)
    {
        await BeginMove(slot, to);
        await EndMove(slot, to);
    }

    /// <summary>One more server, which has all that a primary has when this returns.</summary>
    public async Task<RedisServer> AddReplica(RedisServer primary)
    {
        var replica = await Add();
        await IsWell();
        await replica.Call("CLUSTER", "REPLICATE", _ids[primary]);
        await Says(replica, "INFO", "replication", "master_link_status:up\r");
        await EachSays("CLUSTER", "NODES", $"slave {_ids[primary]} ");
        return replica;
    }

    /// <summary>A replica and its primary change places: nothing that was acknowledged is lost.</summary>
    public async Task FailOver(RedisServer primary, RedisServer replica)
    {
        await replica.Call("CLUSTER", "FAILOVER");
        await Says(replica, "INFO", "replication", "role:master\r");
        await Says(primary, "INFO", "replication", "role:slave\r");
        await EachSays("CLUSTER", "NODES", $"slave {_ids[replica]} ");
        for (var slot = 0; slot < Slots; slot++)
        {
            if (_owners[slot] == primary)
                Volatile.Write(ref _owners[slot], replica);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<RedisServer> Add()
    {
        var bus = FreePort.Find();
        var node = await RedisServer.Start(
            "cluster-enabled yes", $"cluster-port {bus}", "cluster-node-timeout 2000", "repl-diskless-sync-delay 0");
        _nodes.Add(node);
        _busPorts[node] = bus;
        _ids[node] = RedisClient.AsText(await node.Call("CLUSTER", "MYID"));
        await node.Call("CLUSTER", "SET-CONFIG-EPOCH", Text(_nodes.Count));
        if (_nodes.Count > 1)
            await node.Call("CLUSTER", "MEET", Host, Text(_nodes[0].Port), Text(_busPorts[_nodes[0]]));
        return node;
    }

    private async Task Own(int first, int last)
    {
        await _nodes[^1].Call("CLUSTER", "ADDSLOTSRANGE", Text(first), Text(last));
        Array.Fill(_owners, _nodes[^1], first, last - first + 1);
    }

    private async Task EachSays(string command, string about, params string[] words)
    {
        foreach (var node in _nodes)
            await Says(node, command, about, words);
    }

    private static async Task Says(RedisServer node, string command, string about, params string[] words)
    {
        var said = "";
        await Until.Holds(
            $"{command} {about} says {string.Join(", ", words)}",
            async () =>
            {
                said = RedisClient.AsText(await node.Call(command, about));
                return words.All(one => said.Contains(one, StringComparison.Ordinal));
            },
            () => said);
    }
}
