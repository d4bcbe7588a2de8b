using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>How long the writers of one tenant are held up by a cutover or rollback, while all tenants write.</summary>
internal sealed class PauseCourse(Place place, PostgresServers servers, PeerOptions options)
{
    private const int PerSecond = 300;

    private readonly TenantData _data = new(place, servers);
    private readonly Migration _migration = new(place);

    internal SampledResult Run()
    {
        var handovers = new Handovers(_migration);
        _data.Make();
        _migration.Write(servers.Source, servers.Target, "hybrid", TenantData.Tenant);
        using (Others())
        {
            _migration.RunUntil("following").Ask();
            using var runner = new Background(_migration.Run());
            using var writer = new TenantWriter(servers, _migration.Route);
            writer.AwaitFirst();
            handovers.Repeat(options.Handovers, writer.TakeLongest);
        }
        return new SampledResult(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL, one tenant of 200 there and back, {PerSecond} writes a second of the others,"
                + $" {place.Name}"),
            handovers.Samples,
            [Limit.P95(Handovers.Seen, 1000), Limit.P95(Handovers.Said, 1000)]);
    }

    private Background Others() => new(new Command(
        servers.Program("pgbench"), "-n", "-c", "2", "-R", PerSecond.ToString(CultureInfo.InvariantCulture),
        "-T", "86400", "-f", _data.UpdateOrder(), "-f", _data.InsertLine(), servers.Source));
}
