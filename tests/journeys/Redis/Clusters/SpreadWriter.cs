using System.Collections.Concurrent;
using System.Globalization;
using Godwit.Connectors.Redis.Commands;
using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis.Clusters;

/// <summary>Writes keys of many slots at once where a server allows it, and counts what it was promised.</summary>
/// <remarks>Other keys than its counters are compared between both sides only.</remarks>
internal sealed class SpreadWriter(Func<CancellationToken, ValueTask<(long Epoch, CachePlace Place)>> route,
    Func<long> present, Dice dice) : IAsyncDisposable
{
    private const int Keys = 40;
    private const string Prefix = "spread:";
    private const string Script = "redis.call('INCR', KEYS[1]) redis.call('INCR', KEYS[2]) return 1";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private static readonly string[] NotNow =
        ["MOVED", "ASK", "TRYAGAIN", "READONLY", "CLUSTERDOWN", "EXECABORT", "LOADING"];

    private readonly ConcurrentDictionary<string, (long Least, long Most)> _promised = new();
    private readonly Dictionary<RedisServer, RedisClient> _clients = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _work = Task.CompletedTask;
    private int _number;
    private long _steps;

    /// <summary>Commands that were acknowledged.</summary>
    public long Steps => Interlocked.Read(ref _steps);

    public void Start() => _work = Task.Run(Write);

    /// <summary>Fails with what it did not expect.</summary>
    public Task IsWell() => _work.IsFaulted ? _work : Task.CompletedTask;

    /// <summary>Counters that are not what was promised.</summary>
    public async Task<IReadOnlyList<string>> Audit(CachePlace place)
    {
        var wrong = new List<string>();
        foreach (var (key, (least, most)) in _promised)
        {
            var slot = KeySlot.Of(System.Text.Encoding.UTF8.GetBytes(key));
            var text = RedisClient.AsText(await place.Owner(slot).Call("GET", key));
            var count = text.Length == 0 ? 0 : long.Parse(text, CultureInfo.InvariantCulture);
            if (count < least || count > most)
                wrong.Add($"{key} is {count} at {place.Address} and must be {least} to {most}");
        }
        return wrong;
    }

    public async Task Stop()
    {
        await _stop.CancelAsync();
        await _work;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        // What it ran into has been told by Stop or IsWell, or the test has failed with something else.
        await _work.ContinueWith(_ => { }, TaskScheduler.Default);
        foreach (var client in _clients.Values)
            await client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task Write()
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                var (epoch, place) = await route(_stop.Token);
                var (commands, counted) = place.IsCluster ? Alone() : Together();
                var key = (string)commands.First(one => one.Length > 1)[1];
                await Do(place.Owner(KeySlot.Of(System.Text.Encoding.UTF8.GetBytes(key))), epoch, commands, counted);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private async Task Do(RedisServer server, long epoch, object[][] commands, string[] counted)
    {
        var client = _clients.GetValueOrDefault(server);
        using var patience = new CancellationTokenSource();
        try
        {
            client ??= _clients[server] = await server.Connect();
            var replies = client.CallAll(commands, patience.Token);
            using var glances = new PeriodicTimer(Glance);
            while (!replies.IsCompleted)
            {
                await Task.WhenAny(replies, glances.WaitForNextTickAsync(CancellationToken.None).AsTask());
                if (!replies.IsCompleted && present() != epoch)
                    await patience.CancelAsync();
            }
            Settle(await replies, counted);
        }
        catch (Exception gone) when (gone is IOException or OperationCanceledException
            or System.Net.Sockets.SocketException)
        {
            _clients.Remove(server);
            Promise(counted, 0);
            if (client is not null)
                await client.DisposeAsync();
        }
    }

    private void Settle(object?[] replies, string[] counted)
    {
        foreach (var refusal in replies.Concat(replies.OfType<object?[]>().SelectMany(one => one))
            .OfType<RedisRefusal>())
        {
            if (Array.Exists(NotNow, word => refusal.Message.StartsWith(word, StringComparison.Ordinal)))
                return;
            throw refusal;
        }
        Promise(counted, 1);
        Interlocked.Increment(ref _steps);
    }

    private void Promise(string[] counted, int sure)
    {
        foreach (var key in counted)
            _promised.AddOrUpdate(key, (sure, 1), (_, old) => (old.Least + sure, old.Most + 1));
    }

    private (object[][] Commands, string[] Counted) Alone()
    {
        var counter = Key("count");
        return dice.Next(5) switch
        {
            0 => ([["SADD", Key("set"), Text(dice.Next(20))]], []),
            1 => ([["SPOP", Key("set")]], []),
            2 => ([["SET", Key("value"), Number(), "EX", "600"]], []),
            3 => ([["MULTI"], ["INCR", counter], ["EXPIRE", counter, "5000"], ["EXEC"]], [counter]),
            _ => ([["INCR", counter]], [counter]),
        };
    }

    private (object[][] Commands, string[] Counted) Together()
    {
        var (one, two) = (Key("count"), Key("count"));
        return dice.Next(9) switch
        {
            0 => ([["MSET", Key("value"), Number(), Key("value"), Number(), Key("other"), Number()]], []),
            1 => ([["DEL", Key("value"), Key("set"), Key("other")]], []),
            2 => ([["SUNIONSTORE", Key("set"), Key("set"), Key("set")]], []),
            3 => ([["SET", "spread:from", Number()], ["RENAME", "spread:from", Key("value")]], []),
            4 => ([["RPUSH", Key("list"), Number()], ["LMOVE", Key("list"), Key("list"), "LEFT", "RIGHT"]], []),
            5 when one != two =>
                ([["MULTI"], ["INCR", one], ["INCR", two], ["SPOP", Key("set")], ["EXEC"]], [one, two]),
            6 when one != two => ([["EVAL", Script, "2", one, two]], [one, two]),
            7 => ([["SADD", Key("set"), Number(), Number()]], []),
            _ => Alone(),
        };
    }

    private string Key(string kind) => $"{Prefix}{kind}:{Text(dice.Next(Keys))}";

    private string Number() => Text(++_number);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
