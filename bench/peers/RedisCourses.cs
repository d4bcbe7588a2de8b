namespace Godwit.Bench.Peers;

/// <summary>All that is done with Redis, each course with servers of its own.</summary>
internal static class RedisCourses
{
    internal static void Run(Place place, PeerOptions options, Report report)
    {
        (string Name, Func<RedisServers, ISection> Run)[] courses =
        [
            ("redis-copy", servers => Copy(
                place, servers, options, "strings of 128 random bytes", RedisData.MakeStrings, options.Keys)),
            ("redis-copy", servers => Copy(
                place, servers, options, "keys of all types", RedisData.MakeMixed, options.Keys / 10)),
            ("redis-apply", servers =>
                new Race(RedisApplyCourse.At(place, servers, options)).Run(options.Rounds)),
            ("redis-lag", servers => new RedisLagCourse(place, servers, options).Run()),
            ("redis-pause", servers => new RedisPauseCourse(place, servers, options).Run()),
        ];
        foreach (var course in courses.Where(one => options.Wants(one.Name)))
        {
            using var servers = new RedisServers(place);
            report.Add(course.Run(servers));
        }
    }

    private static Result Copy(
        Place place, RedisServers servers, PeerOptions options, string what, Action<RedisServers, int> make, int keys)
    {
        make(servers, keys);
        return new Race(RedisCopyCourse.Of(place, servers, what)).Run(options.Rounds);
    }
}
