using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>What the triggers of a fence that is down cost writers, turn by turn with and without them.</summary>
internal sealed class FenceCourse(Place place, PostgresServers servers, PeerOptions options)
{
    private const int Turns = 6;
    private const string Unit = "time with the fence's triggers, × without";

    private readonly TenantData _data = new(place, servers);
    private readonly Migration _migration = new(place);

    internal SampledResult Run()
    {
        (string Work, string Script, int? Tenant)[] works =
        [
            ("updates, whole database", _data.UpdateOrder(), null),
            ("inserts, whole database", _data.InsertOrder(), null),
            ("others' updates, one tenant", _data.UpdateOrder(), TenantData.Tenant),
            ("others' inserts, one tenant", _data.InsertOrder(), TenantData.Tenant),
            ("others' inserts below a parent, one tenant", _data.InsertLine(), TenantData.Tenant),
        ];
        var samples = new List<Samples>();
        foreach (var kind in works.GroupBy(one => one.Tenant))
        {
            Install(kind.Key);
            samples.AddRange(kind.Select(one => Measure(one.Work, one.Script)));
        }
        return new SampledResult(
            $"PostgreSQL, writers under a fence that is down, {place.Name}",
            samples, [.. samples.Select(one => Limit.Median(one.What, 1.05))]);
    }

    private void Install(int? tenant)
    {
        _data.Make();
        if (tenant is null)
        {
            PostgresServers.Sql(
                servers.TargetPort, PostgresServers.Database, "DROP TABLE lines, orders; DROP SEQUENCE more");
        }
        _migration.Write(servers.Source, servers.Target, "hybrid", tenant);
        _migration.RunUntil("following").Ask();
    }

    private Samples Measure(string work, string script)
    {
        var ratios = new List<double>();
        for (var turn = 0; turn < Turns * options.Rounds; turn++)
        {
            // Who comes first changes, so that what grows meanwhile hits both.
            var first = PerSecond(script, isFenced: turn % 2 == 0);
            var second = PerSecond(script, isFenced: turn % 2 != 0);
            ratios.Add(turn % 2 == 0 ? second / first : first / second);
        }
        var samples = new Samples(Contender.Godwit, $"{work}: {Unit}", ratios);
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{work}: {samples.Median:0.000} ×"));
        return samples;
    }

    private double PerSecond(string script, bool isFenced)
    {
        var word = isFenced ? "ENABLE" : "DISABLE";
        PostgresServers.Sql(
            servers.SourcePort, PostgresServers.Database,
            $"""
            DO $$ DECLARE t record; BEGIN FOR t IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger
              WHERE tgname LIKE '\_godwit\_fence\_%'
            LOOP EXECUTE format('ALTER TABLE %s {word} TRIGGER %I', t.place, t.tgname); END LOOP; END $$
            """);
        return Pgbench.PerSecond(new Command(
            servers.Program("pgbench"), "-n", "-M", "prepared", "-c", "2", "-T", "3", "-f", script, servers.Source)
            .Ask());
    }
}
