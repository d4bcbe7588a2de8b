using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>All keys of a server, into an empty one.</summary>
internal static class RedisCopyCourse
{
    private const string Copied = "copied";
    private const string Proved = "copied and proved";
    private const string Restores = "restores";

    /// <param name="what">What the source holds.</param>
    internal static Course Of(Place place, RedisServers servers, string what)
    {
        var keys = (long)RedisServers.Call(servers.SourcePort, "DBSIZE")!;
        RedisComparison.SaveRestores(servers, place.At(Restores));
        return new Course(
            string.Create(CultureInfo.InvariantCulture, $"Redis, {keys:N0} {what}, {place.Name}"),
            place,
            [
                Replica(servers, RedisReplica.OverDisk, diskless: false),
                Replica(servers, RedisReplica.Diskless, diskless: true),
                new Contender(
                    "redis-cli --pipe of ready RESTOREs", servers.Reset,
                    new Step(
                        Copied,
                        Command.Shell(
                            $"{RedisServers.Cli(servers.TargetPort)} --pipe <'{place.At(Restores)}' >/dev/null"))),
                Godwit(place, servers),
            ],
            () => RedisComparison.CountWrong(servers),
            [
                // 0.9 and 0.65 of their rates.
                new Aim(Copied, RedisReplica.OverDisk, Copied, 1.11),
                new Aim(Copied, RedisReplica.Diskless, Copied, 1.54),
            ])
        {
            Paces = [new Pace("keys verified a second", Proved, Copied, keys, 150_000)],
            MostMegabytes = 256,
        };
    }

    private static Contender Replica(RedisServers servers, string name, bool diskless)
    {
        var replica = new RedisReplica(servers);
        return new Contender(
            name,
            () =>
            {
                servers.Reset();
                replica.Choose(diskless);
            },
            new Step(Copied, Command.Shell(replica.Begin())));
    }

    private static Contender Godwit(Place place, RedisServers servers)
    {
        var migration = new Migration(place);
        return new Contender(
            Contender.Godwit,
            () =>
            {
                servers.Reset();
                new RedisReplica(servers).Choose(diskless: true);
                migration.Write(servers.Source, servers.Target);
            },
            new Step(Copied, migration.RunUntil("copied")),
            new Step(Proved, migration.RunUntil("following")) { Continues = true });
    }
}
