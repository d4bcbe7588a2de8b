namespace Godwit.Bench.Peers;

/// <summary>All that is done with PostgreSQL, each course with servers of its own.</summary>
internal static class PostgresCourses
{
    internal static void Run(Place place, PeerOptions options, Report report)
    {
        if (options.Wants("copy"))
            Copy(place, options, report);
        if (options.Wants("backlog"))
        {
            using var servers = new PostgresServers(place);
            report.Add(new Race(BacklogCourse.At(place, servers, options)).Run(options.Rounds));
        }
        (string Name, Func<PostgresServers, SampledResult> Run)[] sampled =
        [
            ("lag", servers => new LagCourse(place, servers, options).Run()),
            ("pause", servers => new PauseCourse(place, servers, options).Run()),
            ("fence", servers => new FenceCourse(place, servers, options).Run()),
        ];
        foreach (var course in sampled.Where(one => options.Wants(one.Name)))
        {
            using var servers = new PostgresServers(place);
            report.Add(course.Run(servers));
        }
    }

    private static void Copy(Place place, PeerOptions options, Report report)
    {
        using var servers = new PostgresServers(place);
        PostgresData.Make(servers, options.Rows);
        report.Add(new Race(PostgresCourse.Whole(place, servers, options)).Run(options.Rounds));
        report.Add(new Race(PostgresCourse.Single(place, servers, options)).Run(options.Rounds));
    }
}
