using Godwit.Tests.Servers;
using Godwit.Tests.Simulation;

namespace Godwit.Tests.Journeys.Redis;

/// <summary>Whoever trusts the audit of these journeys has to know that it finds what it looks for.</summary>
public sealed class AuditingACache
{
    private const int Steps = 1_500;

    /// <summary>Each key that is named stands for the first that has it in its name.</summary>
    public static TheoryData<string> Harms =>
    [
        "INCR :count0:", "APPEND :text: x", "LPUSH :list-b: again", "RPOP :list-b:", "SADD :set: stranger",
        "ZINCRBY :scores: 1e-9 p1", "HSET :fields: n1 -1", "DEL :sum:", "PEXPIRE :session: 60000", "PERSIST :session:",
        "EXPIRE :sum: 100", "XADD :stream: 999-1 n stranger", "XGROUP SETID :stream: g 999-0", "SET w0:stranger 1",
        "RENAME :count0: elsewhere",
    ];

    [Theory]
    [MemberData(nameof(Harms))]
    public async Task A_key_that_is_not_as_its_writer_left_it_is_found(string harm)
    {
        await using var server = await RedisServer.Start();
        await server.Call("FUNCTION", "LOAD", SeveralKeysDeeds.Library);
        await using var traffic = new RedisTraffic(
            new RedisHabits
            {
                Route = _ => ValueTask.FromResult((0L, server)), Epoch = () => 0, Pace = TimeSpan.FromMilliseconds(1),
            },
            new Dice(1));
        traffic.Start(3, "", 0);
        await traffic.GoesOn(Steps);
        await traffic.Stop();
        Assert.Empty(traffic.Ledger.Audit(await CachePicture.Take(server), _ => true));

        var words = harm.Split(' ').Select(one => one[0] == ':' ? Name(traffic, one) : one).ToArray<object>();
        await server.Call(words);

        var found = traffic.Ledger.Audit(await CachePicture.Take(server), _ => true);
        Assert.Equal(harm.StartsWith("RENAME", StringComparison.Ordinal) ? 2 : 1, found.Count);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("1", 0)]
    [InlineData("2", 1)]
    public async Task Of_a_step_in_doubt_all_has_happened_or_nothing(string? text, int findings)
    {
        await using var server = await RedisServer.Start();
        var (one, two) = (new CacheKey(0, "one"), new CacheKey(0, "two"));
        var ledger = new CacheLedger();
        var state = new CacheState(CacheValue.Of("1"));
        ledger.NoteDoubt([[new CacheChange(one, state), new CacheChange(two, state)]]);
        if (text == "1")
            await server.Call("MSET", one.Name, text, two.Name, text);
        else if (text == "2")
            await server.Call("SET", one.Name, "1");

        Assert.Equal(findings, ledger.Audit(await CachePicture.Take(server), _ => true).Count);
    }

    private static string Name(RedisTraffic traffic, string part) => traffic.Ledger.Keys
        .Where(one => one.Name.Contains(part, StringComparison.Ordinal) && traffic.Ledger.Find(one) is not null)
        .Select(one => one.Name).Order(StringComparer.Ordinal).First();
}
