using System.Globalization;
using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>How long the writers of one tenant are held up by a cutover or rollback, while all tenants write.</summary>
internal sealed class PauseCourse(Place place, PostgresServers servers, PeerOptions options)
{
    private const string Seen = "pause in ms, as the tenant's writer sees it";
    private const string Said = "pause in ms, as Godwit says";
    private const int PerSecond = 300;

    private readonly TenantData _data = new(place, servers);
    private readonly Migration _migration = new(place);
    private readonly List<double> _seen = [];
    private readonly List<double> _said = [];

    internal SampledResult Run()
    {
        _data.Make();
        _migration.Write(servers.Source, servers.Target, "hybrid", TenantData.Tenant);
        using (Others())
        {
            _migration.RunUntil("following").Ask();
            using var runner = new Background(_migration.Run());
            using var writer = new TenantWriter(servers, _migration.Route);
            writer.AwaitFirst();
            for (var i = 0; i < options.Handovers; i++)
                HandOver(writer, i % 2 == 0 ? "cutover" : "rollback");
        }
        return new SampledResult(
            string.Create(
                CultureInfo.InvariantCulture,
                $"PostgreSQL, one tenant of 200 there and back, {PerSecond} writes a second of the others,"
                + $" {place.Name}"),
            [new Samples(Contender.Godwit, Seen, _seen), new Samples(Contender.Godwit, Said, _said)],
            [Limit.P95(Seen, 1000), Limit.P95(Said, 1000)]);
    }

    private void HandOver(TenantWriter writer, string word)
    {
        writer.TakeLongest();
        using var answer = JsonDocument.Parse(_migration.Tell(word).Ask());
        // The writer goes on at the new place before the next question.
        Thread.Sleep(TimeSpan.FromMilliseconds(200));
        _seen.Add(writer.TakeLongest());
        _said.Add(answer.RootElement.GetProperty(word + "_pause_ms").GetDouble());
        Console.Error.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"{word}: {_seen[^1]:0} ms seen, {_said[^1]:0} ms said"));
    }

    private Background Others() => new(new Command(
        servers.Program("pgbench"), "-n", "-c", "2", "-R", PerSecond.ToString(CultureInfo.InvariantCulture),
        "-T", "86400", "-f", _data.UpdateOrder(), "-f", _data.InsertLine(), servers.Source));
}
