using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>One large table with an index, into a new database.</summary>
internal static class SqliteCourse
{
    private const string Limit = "ATTACH, INSERT … SELECT";
    private const string Copied = "copied";
    private const string Proved = "copied and proved";
    private const string Source = "source.db";
    private const string Target = "target.db";

    internal static Course At(Place place, PeerOptions options)
    {
        var (source, target) = (place.At(Source), place.At(Target));
        SqliteData.Make(source, options.Rows);
        var bytes = new FileInfo(source).Length;
        void Reset() => place.Clear(Target, Target + "-wal", Target + "-shm", Target + "-journal");
        return new Course(
            string.Create(
                CultureInfo.InvariantCulture, $"SQLite, {options.Rows:N0} rows, {bytes >> 20} MB, {place.Name}"),
            place,
            [
                new Contender(Limit, Reset, new Step(Copied, new Command("sqlite3", target, Attached(source)))),
                new Contender(
                    ".dump | sqlite3",
                    Reset,
                    new Step(Copied, Command.Shell($"sqlite3 '{source}' .dump | sqlite3 '{target}'"))),
                Godwit(place, Reset),
            ],
            () => SqliteData.CountWrong(source, target),
            [new Aim(Copied, Limit, Copied, 2.0)]);
    }

    private static string Attached(string source) =>
        $"ATTACH '{source}' AS source; {SqliteData.Table} INSERT INTO orders SELECT * FROM source.orders; "
        + SqliteData.Index;

    private static Contender Godwit(Place place, Action reset)
    {
        // Godwit installs its capture at the source: it gets one of its own, and the others a clean one.
        const string own = "source.godwit.db";
        var migration = new Migration(place);
        return new Contender(
            Contender.Godwit,
            () =>
            {
                reset();
                place.Clear(own, own + "-wal", own + "-shm", own + "-journal");
                File.Copy(place.At(Source), place.At(own));
                migration.Write($"sqlite:{place.At(own)}", $"sqlite:{place.At(Target)}");
            },
            new Step(Copied, migration.RunUntil("copied")),
            new Step(Proved, migration.RunUntil("following")) { Continues = true });
    }
}
