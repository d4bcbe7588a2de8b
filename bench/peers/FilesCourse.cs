using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>A tree of many small files and three large ones, into a new folder; then once more without a
/// change.</summary>
internal static class FilesCourse
{
    private const string Copied = "first copy";
    private const string Proved = "first copy, proved";
    private const string Again = "no-change pass";
    private const string Source = "source";
    private const string Target = "target";

    internal static Course At(Place place, PeerOptions options)
    {
        var (source, target) = (place.At(Source), place.At(Target));
        var bytes = TreeData.Make(source, options.Files, options.LargeMegabytes);
        void Reset() => place.SetAside(Target);
        var rsync = new Command("rsync", "-a", source + "/", target);
        var rclone = new Command("rclone", "copy", "--transfers", "8", source, target);
        return new Course(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{options.Files:N0} small and 3 large files, {bytes >> 20} MB, {place.Name}"),
            place,
            [
                new Contender("rsync -a", Reset, new Step(Copied, rsync), new Step(Again, rsync)),
                new Contender("cp -a", Reset, new Step(Copied, new Command("cp", "-a", source, target))),
                new Contender("rclone copy", Reset, new Step(Copied, rclone), new Step(Again, rclone)),
                Godwit(place, source, target),
            ],
            () => TreeComparison.CountWrong(source, target),
            [
                new Aim(Copied, "rsync -a", Copied, 1.0),
                new Aim(Proved, "rsync -a", Copied, 1.0),
                new Aim(Again, "rclone copy", Again, 1.0),
            ]);
    }

    private static Contender Godwit(Place place, string source, string target)
    {
        var migration = new Migration(place);
        return new Contender(
            Contender.Godwit,
            () =>
            {
                place.SetAside(Target);
                migration.Write($"file://{source}", $"file://{target}");
            },
            new Step(Copied, migration.RunUntil("copied")),
            new Step(Proved, migration.RunUntil("following")) { Continues = true },
            new Step(Again, migration.RunUntil("following")));
    }
}
