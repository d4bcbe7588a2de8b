namespace Godwit.Bench.Peers;

/// <summary>All that is done with RabbitMQ, each course with brokers of its own.</summary>
internal static class RabbitMqCourses
{
    private const int Small = 100;
    private const int Large = 10_000;

    internal static void Run(Place place, PeerOptions options, Report report)
    {
        (string Name, Func<RabbitMqServers, ISection> Run)[] courses =
        [
            .. from type in (string[])["classic", "quorum"]
               from load in new QueueLoad[]
               {
                   new(type, options.Messages, Small), new(type, Math.Max(1, options.Messages / 10), Large),
               }
               select ("rabbitmq-drain", Drain(place, options, load)),
            .. from type in (string[])["classic", "quorum"]
               select ("rabbitmq-crash", Crash(place, options, new(type, Math.Max(1, options.Messages / 4), Small))),
        ];
        foreach (var course in courses.Where(one => options.Wants(one.Name)))
        {
            using var servers = new RabbitMqServers(place);
            report.Add(course.Run(servers));
        }
    }

    private static Func<RabbitMqServers, ISection> Drain(Place place, PeerOptions options, QueueLoad load) =>
        servers => new RabbitMqDrainCourse(place, servers, options, load).Run();

    private static Func<RabbitMqServers, ISection> Crash(Place place, PeerOptions options, QueueLoad load) =>
        servers => new RabbitMqCrashCourse(place, servers, options, load).Run();
}
