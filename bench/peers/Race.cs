namespace Godwit.Bench.Peers;

/// <summary>Lets the contenders of a course take turns: A B C, A B C, so that a slow minute of the machine hits
/// all.</summary>
internal sealed class Race(Course course)
{
    private readonly Dictionary<(string, string), List<Measurement>> _measured = [];
    private readonly Dictionary<string, long> _wrong = [];

    internal Result Run(int rounds)
    {
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var contender in course.Contenders)
            {
                contender.Reset();
                var well = Run(contender, round);
                if (well && round == rounds)
                    _wrong[contender.Name] = course.Wrong();
            }
        }
        var rows = from contender in course.Contenders
                   from step in contender.Steps
                   where _measured.ContainsKey((contender.Name, step.Name))
                   let wrong = _wrong.TryGetValue(contender.Name, out var count) ? (long?)count : null
                   select new ResultRow(contender.Name, step.Name, _measured[(contender.Name, step.Name)], wrong);
        return new Result(course, [.. rows]);
    }

    /// <returns>Whether all steps ended well.</returns>
    private bool Run(Contender contender, int round)
    {
        Measurement? before = null;
        foreach (var step in contender.Steps)
        {
            var measurement = Meter.Run(step.Command(), course.Place.Folder);
            if (step.Continues && before is not null)
                measurement = measurement.After(before);
            before = measurement;
            Console.Error.WriteLine(
                $"{course.Title}, round {round}, {contender.Name}, {step.Name}: "
                + $"{measurement.Time.TotalSeconds:0.00} s, {measurement.PeakBytes >> 20} MB {measurement.Failure}");
            if (!_measured.TryGetValue((contender.Name, step.Name), out var list))
                _measured[(contender.Name, step.Name)] = list = [];
            list.Add(measurement);
            if (measurement.Failure is not null)
                return false;
        }
        return true;
    }
}
