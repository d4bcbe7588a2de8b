using System.Globalization;
using System.Text.RegularExpressions;

namespace Godwit.Bench.Peers;

/// <summary>pgbench's tables and transactions at the source, and marks that tell how far a follower is.</summary>
/// <remarks>
/// <c>pgbench_history</c> has no key. A native subscription follows its inserts nevertheless, Godwit asks for an
/// identity; so it is given a key of its own for both, which pgbench's transactions do not notice.
/// </remarks>
internal sealed partial class Pgbench(PostgresServers servers)
{
    internal static readonly string[] Tables =
        ["pgbench_accounts", "pgbench_branches", "pgbench_tellers", "pgbench_history", "marks"];


    /// <summary>Makes all tables anew.</summary>
    /// <param name="scale">In hundred thousands of accounts.</param>
    internal void Make(int scale)
    {
        Run("-i", "-q", "-s", Text(scale));
        PostgresServers.Sql(
            servers.SourcePort, PostgresServers.Database,
            """
            ALTER TABLE pgbench_history ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;
            CREATE TABLE IF NOT EXISTS marks (n bigint PRIMARY KEY);
            """);
        PostgresServers.Sql(servers.SourcePort, PostgresServers.Database, "VACUUM (ANALYZE)");
    }

    /// <summary>Runs so many transactions of the kind of TPC-B, each with four changes, by four clients.</summary>
    internal void Transact(int transactions) =>
        Run("-n", "-c", "4", "-j", "2", "--random-seed=8027", "-t", Text(transactions / 4));

    /// <summary>Simple updates at a pace, each with two changes.</summary>
    internal Command Paced(int perSecond, TimeSpan duration) => new(
        servers.Program("pgbench"), "-n", "-N", "-c", "8", "-j", "2", "--random-seed=8027", "-R", Text(perSecond),
        "-T", Text((int)duration.TotalSeconds), servers.Source);

    /// <summary>Writes the next mark.</summary>
    internal void Mark() => PostgresServers.Sql(
        servers.SourcePort, PostgresServers.Database, "INSERT INTO marks SELECT coalesce(max(n), 0) + 1 FROM marks");

    /// <summary>A command that ends when the last mark is at the target, and fails after ten minutes.</summary>
    internal string AwaitMark()
    {
        var last = PostgresServers.Ask(servers.SourcePort, "SELECT max(n) FROM marks");
        return $"psql -X -q '{servers.Target}' -c \"SET statement_timeout = '10min'\" -c 'DO $$ BEGIN"
            + $" WHILE NOT EXISTS (SELECT FROM marks WHERE n = {last}) LOOP COMMIT; PERFORM pg_sleep(0.01);"
            + " END LOOP; END $$'";
    }

    /// <summary>Transactions a second, as pgbench says at its end.</summary>
    internal static double PerSecond(string words) =>
        double.Parse(Rate().Match(words).Groups[1].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex("^tps = ([0-9.]+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Rate();

    private void Run(params string[] arguments) =>
        new Command(servers.Program("pgbench"), [.. arguments, servers.Source]).Ask();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
