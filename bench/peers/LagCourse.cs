using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>How far a follower is behind while transactions come at a steady pace.</summary>
internal sealed class LagCourse(Place place, PostgresServers servers, PeerOptions options)
{
    private const string Lag = "lag in ms";
    private const string Rate = "transactions a second that came";
    private const int Scale = 10;
    private const int PerSecond = 5000;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly Pgbench _pgbench = new(servers);
    private readonly Subscription _subscription = new(servers);
    private readonly Migration _migration = new(place);
    private readonly SampleBook _book = new();

    internal SampledResult Run()
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            Prepare();
            _subscription.Make();
            _subscription.Start();
            Measure(Subscription.Name);
            Prepare();
            _migration.Write(servers.Source, servers.Target, "hybrid");
            _migration.RunUntil("following").Ask();
            using var follower = new Background(_migration.Run());
            Measure(Contender.Godwit);
            if (follower.HasEnded)
                throw new InvalidOperationException("Godwit did not stay: " + follower.Finish());
        }
        return new SampledResult(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL, the lag at {PerSecond:N0} transactions a second for {Duration.TotalSeconds} s,"
                + $" {place.Name}"),
            _book.All,
            [Limit.P95(Lag, 200)]);
    }

    private void Prepare()
    {
        servers.Reset();
        _pgbench.Make(Scale);
    }

    private void Measure(string contender)
    {
        _pgbench.Mark();
        Command.Shell(_pgbench.AwaitMark()).Ask();
        _pgbench.Paced(PerSecond, WarmUp).Ask();
        var words = "";
        var lags = new LagProbe(
            () => new PostgresMarks(servers.SourcePort), () => new PostgresMarks(servers.TargetPort))
            .While(() => words = _pgbench.Paced(PerSecond, Duration).Ask());
        var rate = Pgbench.PerSecond(words);
        _book.Keep(contender, Lag, lags);
        _book.Keep(contender, Rate, [rate]);
    }
}
