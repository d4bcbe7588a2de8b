using System.Globalization;
using Godwit.Tests.Servers;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>One writer of a cache: one deed after another, wherever the route says.</summary>
internal sealed class RedisWriter(CacheHand hand, CacheLedger ledger, RedisTally tally, RedisHabits habits)
    : IAsyncDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(10);

    private static readonly string[] NotNow =
    [
        "NOPERM", "LOADING", "EXECABORT", "NOAUTH", "WRONGPASS", "MOVED", "ASK", "TRYAGAIN", "READONLY",
        "CLUSTERDOWN",
    ];

    private readonly CacheDeeds _deeds = new(hand);
    private RedisClient? _client;
    private RedisServer? _place;
    private int _database;
    private long _epoch;

    /// <summary>Writes until stopped; a deed that has begun is brought to its end.</summary>
    /// <exception cref="CacheWonderException">The world is not as this writer had left it.</exception>
    public async Task Write(CancellationToken stop)
    {
        using var pace = new PeriodicTimer(habits.Pace);
        while (!stop.IsCancellationRequested)
        {
            try
            {
                var (epoch, place) = await habits.Route(stop);
                if (epoch != _epoch && habits.LeavesKeysAtHandovers)
                    hand.LeaveAll();
                _epoch = epoch;
                await Attempt(place);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => Hang();

    private async Task Attempt(RedisServer place)
    {
        RedisClient client;
        try
        {
            client = await Reach(place);
        }
        catch (Exception gone) when (gone is IOException or System.Net.Sockets.SocketException or RedisRefusal)
        {
            tally.Refuse(gone.Message);
            await Hang();
            return;
        }
        var steps = hand.Dice.Pick(_deeds.All)();
        var sent = Now();
        var replies = await Exchange(client, steps);
        if (replies is null)
        {
            Doubt(steps, sent, Now());
            await Hang();
            return;
        }
        var at = 0;
        foreach (var step in steps)
        {
            Settle(step, replies.AsSpan(at, step.Commands.Count), sent, Now());
            at += step.Commands.Count;
        }

        // Told late by the old place: it gets to the new one, but perhaps after what is written there.
        if (habits.Epoch() != _epoch)
            hand.Leave(steps.SelectMany(KeysOf));
    }

    /// <returns>Null when the connection is gone, or was given up because the route was switched meanwhile.</returns>
    private async Task<object?[]?> Exchange(RedisClient client, CacheStep[] steps)
    {
        var all = new List<object[]>(steps.SelectMany(one => one.Commands));
        if (steps[0].Database != _database)
            all.Insert(0, ["SELECT", steps[0].Database.ToString(CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource();
        var replies = client.CallAll(all, patience.Token);
        using var glances = new PeriodicTimer(Glance);
        try
        {
            while (!replies.IsCompleted)
            {
                await Task.WhenAny(replies, glances.WaitForNextTickAsync(CancellationToken.None).AsTask());
                if (!replies.IsCompleted && habits.Epoch() != _epoch)
                    await patience.CancelAsync();
            }
            var told = await replies;
            _database = steps[0].Database;
            return told[^steps.Sum(one => one.Commands.Count)..];
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException or OperationCanceledException)
        {
            tally.Hear(gone.Message);
            return null;
        }
    }

    private void Settle(CacheStep step, ReadOnlySpan<object?> replies, long sent, long answered)
    {
        var errors = Errors(replies);
        if (errors.Count > 0)
        {
            if (errors.Find(
                    one => !Array.Exists(NotNow, word => one.StartsWith(word, StringComparison.Ordinal))) is { } odd)
                throw new CacheWonderException($"{step}: {odd}");
            tally.Refuse(errors[0]);
            return;
        }
        var reply = RedisClient.AsText(replies[^1]);
        var outcome = step.Outcomes.FirstOrDefault(
            one => (one.Reply is null || one.Reply == reply) && answered >= one.NotBefore)
            ?? throw new CacheWonderException(
                $"{step} at {answered} after {_epoch} switches: '{reply}' instead of "
                    + string.Join(" or ", step.Outcomes));
        ledger.Note(outcome.Changes.Select(one => one.At(sent, answered)));
        tally.Acknowledge();
    }

    private static List<string> Errors(ReadOnlySpan<object?> replies)
    {
        var errors = new List<string>();
        foreach (var reply in replies)
        {
            if (reply is RedisRefusal refusal)
                errors.Add(refusal.Message);
            else if (reply is object?[] items)
                errors.AddRange(items.OfType<RedisRefusal>().Select(one => one.Message));
        }
        return errors;
    }

    /// <summary>Some of the steps may have been carried out, from the first one on.</summary>
    private void Doubt(CacheStep[] steps, long sent, long given)
    {
        var ways = new List<IReadOnlyList<CacheChange>> { Array.Empty<CacheChange>() };
        foreach (var step in steps)
        {
            var last = ways[^1];
            ways.AddRange(step.Outcomes.Where(one => given >= one.NotBefore).Select(one => (IReadOnlyList<CacheChange>)
                [.. last, .. one.Changes.Select(change => change.At(sent, given))]));
        }
        ledger.NoteDoubt(ways[1..]);
        hand.Leave(steps.SelectMany(KeysOf));
    }

    private static IEnumerable<CacheKey> KeysOf(CacheStep step) =>
        step.Outcomes.SelectMany(one => one.Changes).Select(one => one.Key);

    private async Task<RedisClient> Reach(RedisServer place)
    {
        if (_place != place)
            await Hang();
        if (_client is not null)
            return _client;
        _client = await RedisClient.Connect(place.Port);
        (_place, _database) = (place, 0);
        if (habits.User is { } user)
            await _client.Call("AUTH", user.User, user.Password);
        return _client;
    }

    private async ValueTask Hang()
    {
        if (_client is not null)
            await _client.DisposeAsync();
        _client = null;
    }

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
}
