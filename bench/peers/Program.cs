using Godwit.Bench.Peers;

if (PeerOptions.Parse(args) is not { } options)
{
    Console.Error.WriteLine(PeerOptions.Usage);
    return 2;
}

var report = new Report(Surroundings.Look());
foreach (var place in Place.Chosen(options.Where))
{
    using (place)
    {
        if (options.WantsKind("sqlite"))
            report.Add(new Race(SqliteCourse.At(place, options)).Run(options.Rounds));
        if (options.WantsKind("files"))
            report.Add(new Race(FilesCourse.At(place, options)).Run(options.Rounds));
        if (options.WantsKind("postgres"))
            PostgresCourses.Run(place, options, report);
        if (options.WantsKind("redis"))
            RedisCourses.Run(place, options, report);
        if (options.WantsKind("rabbitmq"))
            RabbitMqCourses.Run(place, options, report);
    }
}

Console.WriteLine(report.Markdown());
if (options.IsFull)
    Console.Error.WriteLine($"Kept as {report.Keep(options.Course ?? options.Only ?? "peers")}");
return 0;
