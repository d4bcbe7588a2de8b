using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>How long a cutover or rollback holds up who writes all the time.</summary>
internal sealed class RedisPauseCourse(Place place, RedisServers servers, PeerOptions options)
{
    private readonly Migration _migration = new(place);

    internal SampledResult Run()
    {
        var handovers = new Handovers(_migration);
        _migration.Write(servers.Source, servers.Target, "hybrid", user: RedisServers.User);
        using (var writer = new RedisWriter(servers, options.Pace, _migration.Route))
        {
            _migration.RunUntil("following").Ask();
            using var runner = new Background(_migration.Run());
            handovers.Repeat(options.Handovers, writer.TakeLongest);
            writer.Finish();
        }
        return new SampledResult(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Redis, a server there and back at up to {options.Pace:N0} writes a second, {place.Name}"),
            handovers.Samples,
            [Limit.P99(Handovers.Seen, 50), Limit.P99(Handovers.Said, 50)]);
    }
}
