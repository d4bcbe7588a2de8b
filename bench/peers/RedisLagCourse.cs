using System.Diagnostics;
using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>How far a follower is behind while a program writes at a steady pace.</summary>
internal sealed class RedisLagCourse(Place place, RedisServers servers, PeerOptions options)
{
    private const string Lag = "lag in ms";
    private const string Rate = "writes a second that came";
    private const string Replica = "native replica";
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(15);

    private readonly RedisReplica _replica = new(servers);
    private readonly Migration _migration = new(place);
    private readonly SampleBook _book = new();

    internal SampledResult Run()
    {
        for (var round = 1; round <= options.Rounds; round++)
        {
            servers.ResetBoth();
            _replica.Choose(diskless: true);
            Command.Shell(_replica.Begin()).Ask();
            Measure(Replica);
            servers.ResetBoth();
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
                $"Redis, the lag at up to {options.Pace:N0} writes a second"
                + $" for {Duration.TotalSeconds} s, {place.Name}"),
            _book.All,
            [Limit.P95(Lag, 200)]);
    }

    private void Measure(string contender)
    {
        using var writer = new RedisWriter(servers, options.Pace, _migration.Route);
        Command.Shell(servers.Await("EXISTS string:1", "1")).Ask();
        Thread.Sleep(WarmUp);
        var (before, start) = (writer.Written, Stopwatch.GetTimestamp());
        var rate = 0.0;
        var lags = new LagProbe(() => new RedisMarks(servers.SourcePort), () => new RedisMarks(servers.TargetPort))
            .While(() =>
            {
                Thread.Sleep(Duration);
                rate = (writer.Written - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
            });
        writer.TakeLongest();
        _book.Keep(contender, Lag, lags);
        _book.Keep(contender, Rate, [rate]);
    }
}
