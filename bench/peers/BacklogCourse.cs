using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Transactions that happened while the follower was stopped, applied until all are there.</summary>
internal static class BacklogCourse
{
    private const string Applied = "backlog applied";
    private const int Scale = 10;

    internal static Course At(Place place, PostgresServers servers, PeerOptions options)
    {
        var pgbench = new Pgbench(servers);
        var subscription = new Subscription(servers);
        var migration = new Migration(place);
        void Prepare(Action follow)
        {
            servers.Reset();
            pgbench.Make(Scale);
            follow();
            pgbench.Transact(options.Transactions);
            pgbench.Mark();
        }
        void FollowOnce()
        {
            migration.Write(servers.Source, servers.Target, "hybrid");
            migration.RunUntil("following").Ask();
        }
        return new Course(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL, a backlog of {options.Transactions:N0} pgbench transactions, {place.Name}"),
            place,
            [
                Contender(Subscription.Name, () => Prepare(subscription.Make),
                    () => $"{subscription.StartCommand()} && {pgbench.AwaitMark()}"),
                Contender(Peers.Contender.Godwit, () => Prepare(FollowOnce),
                    () => migration.WhileRunning(pgbench.AwaitMark())),
            ],
            () => PostgresData.CountWrong(servers, Pgbench.Tables),
            [new Aim(Applied, Subscription.Name, Applied, 0.67)]);
    }

    private static Contender Contender(string name, Action reset, Func<string> line) =>
        new(name, reset, new Step(Applied, () => Command.Shell(line())));
}
