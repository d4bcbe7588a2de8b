using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>A whole database with its indexes, into an empty one; and one large table alone.</summary>
internal static class PostgresCourse
{
    private const string Copied = "copied, with indexes";
    private const string Proved = "copied and proved";
    private const string Pgcopydb = "pgcopydb clone, 2 + 2 jobs";
    private const string Floor = "psql COPY piped, 2 streams";

    internal static Course Whole(Place place, PostgresServers servers, PeerOptions options) => Of(
        place, servers, PostgresData.Tables, [],
        string.Create(CultureInfo.InvariantCulture, $"PostgreSQL, three tables, {Size(servers)}, {place.Name}"),
        [
            new Aim(Copied, Pgcopydb, Copied, 0.6), new Aim(Copied, Floor, Copied, 1.15),
            // The proof may take a seventh of the copy's time on top.
            new Aim(Proved, Contender.Godwit, Copied, 1.15),
        ]);

    internal static Course Single(Place place, PostgresServers servers, PeerOptions options) => Of(
        place, servers, ["small"], ["wide", "bodies"],
        string.Create(CultureInfo.InvariantCulture, $"PostgreSQL, one table of {options.Rows:N0} rows, {place.Name}"),
        [new Aim(Copied, Pgcopydb, Copied, 0.7)]);

    private static string Size(PostgresServers servers) => PostgresServers.Ask(
        servers.SourcePort, "SELECT pg_size_pretty(pg_database_size(current_database()))");

    private static Course Of(
        Place place, PostgresServers servers, IReadOnlyList<string> tables, IReadOnlyList<string> left, string title,
        IReadOnlyList<Aim> aims)
    {
        // The other tables are out of the way for everybody.
        foreach (var table in left)
            PostgresServers.Sql(servers.SourcePort, PostgresServers.Database, $"DROP TABLE {table}");
        var migration = new Migration(place);
        void Reset()
        {
            servers.Reset();
            place.Clear("dump", "pgcopydb");
            migration.Write(servers.Source, servers.Target);
        }
        return new Course(
            title,
            place,
            [
                new Contender(Pgcopydb, Reset, new Step(Copied, Clone(place, servers))),
                new Contender("pg_dump -j2 | pg_restore -j2", Reset, new Step(Copied, Dump(place, servers))),
                new Contender(Floor, Reset, new Step(Copied, Pipe(place, servers, tables))),
                new Contender(
                    Contender.Godwit, Reset,
                    new Step(Copied, migration.RunUntil("copied")),
                    new Step(Proved, migration.RunUntil("following")) { Continues = true }),
            ],
            () => PostgresData.CountWrong(servers, tables),
            aims);
    }

    private static Command Clone(Place place, PostgresServers servers) => Command.Shell(
        $"pgcopydb clone --source '{servers.Source}' --target '{servers.Target}' --table-jobs 2 --index-jobs 2"
        + $" --dir '{place.At("pgcopydb")}' >'{place.At("pgcopydb.log")}' 2>&1");

    private static Command Dump(Place place, PostgresServers servers) => Command.Shell(
        $"pg_dump -Fd -j2 -Z0 -f '{place.At("dump")}' '{servers.Source}'"
        + $" && pg_restore -j2 -d '{servers.Target}' '{place.At("dump")}'");

    /// <summary>What nobody who goes through clients can beat by much: the servers' own copy, and their own
    /// indexes.</summary>
    private static Command Pipe(Place place, PostgresServers servers, IReadOnlyList<string> tables)
    {
        string Copy(string table) =>
            $"psql -X -c 'COPY {table} TO STDOUT (FORMAT binary)' '{servers.Source}'"
            + $" | psql -X -q -c 'COPY {table} FROM STDIN (FORMAT binary)' '{servers.Target}'";
        var (first, others) = (Copy(tables[0]), string.Join(" && ", tables.Skip(1).Select(Copy)));
        return Command.Shell(
            $"pg_dump --section=pre-data '{servers.Source}' | psql -X -q '{servers.Target}' >/dev/null"
            + $"; ({first}) & ({(others.Length > 0 ? others : "true")}) & wait"
            + $"; pg_dump -Fc --section=post-data -f '{place.At("post")}' '{servers.Source}'"
            + $" && pg_restore -j2 -d '{servers.Target}' '{place.At("post")}'");
    }
}
