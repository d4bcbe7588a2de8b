using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Commands that came while the follower was stopped, applied until all are there.</summary>
internal static class RedisApplyCourse
{
    private const string Applied = "backlog applied";
    private const string Replica = "native replica";

    internal static Course At(Place place, RedisServers servers, PeerOptions options)
    {
        var commands = options.Commands;
        var replica = new RedisReplica(servers);
        var migration = new Migration(place);
        void ReplicateOnce()
        {
            servers.ResetBoth();
            replica.Choose(diskless: true);
            Command.Shell(replica.Begin()).Ask();
            Command.Shell(replica.Stop()).Ask();
            RedisData.Change(servers, commands);
        }
        void FollowOnce()
        {
            servers.ResetBoth();
            migration.Write(servers.Source, servers.Target, "hybrid");
            migration.RunUntil("following").Ask();
            RedisData.Change(servers, commands);
        }
        var mark = RedisData.AwaitMark(servers, commands);
        return new Course(
            string.Create(CultureInfo.InvariantCulture, $"Redis, a backlog of {commands:N0} commands, {place.Name}"),
            place,
            [
                new Contender(
                    Replica, ReplicateOnce, new Step(Applied, () => Command.Shell($"{replica.GoOn()} && {mark}"))),
                new Contender(
                    Contender.Godwit, FollowOnce,
                    new Step(Applied, () => Command.Shell(migration.WhileRunning(mark)))),
            ],
            () => RedisComparison.CountWrong(servers),
            [])
        {
            Paces = [new Pace("commands applied a second, start included", Applied, Since: null, commands, 400_000)],
            MostMegabytes = 256,
        };
    }
}
