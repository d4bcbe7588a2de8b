using System.Diagnostics;
using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Two private PostgreSQL servers of the distribution's version, a source and a target.</summary>
/// <remarks>Their write-ahead log is not synced, as in the figures that others publish for one machine. A subscription
/// need not wait before it tries again.</remarks>
internal sealed class PostgresServers : IDisposable
{
    internal const string Database = "bench";
    private const string User = "godwit";

    private readonly string _folder;
    private readonly string _programs;

    internal PostgresServers(Place place)
    {
        _folder = place.At("servers");
        Directory.CreateDirectory(_folder);
        _programs = Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Last() + "/bin/";
        if (IsRoot)
            Run("chown", "postgres", _folder);
        // Whoever runs as postgres has to get there.
        Run("chmod", "755", place.Folder);
        (SourcePort, TargetPort) = (Start("source"), Start("target"));
    }

    internal int SourcePort { get; }

    internal int TargetPort { get; }

    internal string Source => Address(SourcePort);

    internal string Target => Address(TargetPort);

    /// <summary>Makes the target empty and the source as if nobody had ever moved it.</summary>
    internal void Reset()
    {
        DropTarget();
        Sql(TargetPort, "postgres", $"CREATE DATABASE {Database}");
        DropSlots(SourcePort);
        Sql(SourcePort, Database, "DROP SCHEMA IF EXISTS _godwit, pgcopydb CASCADE");
        var publications = Ask(
            SourcePort, "SELECT coalesce(string_agg(quote_ident(pubname), ', '), '') FROM pg_publication");
        if (publications.Length > 0)
            Sql(SourcePort, Database, $"DROP PUBLICATION {publications}");
        Sql(SourcePort, Database, "CHECKPOINT");
        Sql(TargetPort, Database, "CHECKPOINT");
    }

    internal static void Sql(int port, string database, string text) =>
        Run(
            "psql",
            [.. Psql(port, database), "-q", "-o", "/dev/null", "-c", "SET client_min_messages = error", "-c", text]);

    /// <summary>One value.</summary>
    internal static string Ask(int port, string text, string database = Database) =>
        new Command("psql", [.. Psql(port, database), "-At", "-c", text]).Ask();

    public void Dispose()
    {
        foreach (var name in (string[])["source", "target"])
            Control(name, "stop", "-m", "immediate");
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>For the driver.</summary>
    internal static string ConnectionString(int port) =>
        $"Host=127.0.0.1;Port={Text(port)};Username={User};Database={Database};SSL Mode=Disable;Pooling=false";

    /// <summary>Where a program of the servers' version is.</summary>
    internal string Program(string name) => _programs + name;

    // A subscription and a slot keep a database from being dropped.
    private void DropTarget()
    {
        DropSlots(TargetPort);
        if (Ask(TargetPort, "SELECT count(*) FROM pg_subscription", "postgres") != "0")
        {
            Sql(TargetPort, Database, "ALTER SUBSCRIPTION bench DISABLE");
            Sql(TargetPort, Database, "ALTER SUBSCRIPTION bench SET (slot_name = NONE)");
            Sql(TargetPort, Database, "DROP SUBSCRIPTION bench");
        }
        Sql(TargetPort, "postgres", $"DROP DATABASE IF EXISTS {Database} WITH (FORCE)");
    }

    private static void DropSlots(int port)
    {
        // Whoever reads from a slot holds it; the end of a reader that was killed is seen by its walsender only late.
        Sql(port, "postgres", "SELECT pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots");
        Sql(port, "postgres", "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string[] Psql(int port, string database) =>
        ["-X", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", Text(port), "-U", User, "-d", database];

    private static string Address(int port) => $"postgres://{User}@127.0.0.1:{Text(port)}/{Database}";

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    private int Start(string name)
    {
        var port = FreePort.Find();
        As("initdb", "-D", Path.Combine(_folder, name), "-U", User, "-A", "trust", "--no-sync");
        Control(
            name, "-w", "start", "-l", Path.Combine(_folder, name + ".log"), "-o",
            $"-p {Text(port)} -k {_folder} -c fsync=off -c wal_level=logical -c shared_buffers=1GB -c max_wal_size=8GB"
            + " -c wal_retrieve_retry_interval=10ms"
            + " -c checkpoint_timeout=30min -c autovacuum=off -c maintenance_work_mem=256MB");
        if (name == "source")
            Sql(port, "postgres", $"CREATE DATABASE {Database}");
        return port;
    }

    private void Control(string name, params string[] arguments) =>
        As("pg_ctl", ["-D", Path.Combine(_folder, name), "-s", .. arguments]);

    // The server refuses to run as root.
    private void As(string program, params string[] arguments)
    {
        if (IsRoot)
            Run(
                "setpriv",
                ["--reuid=postgres", "--regid=postgres", "--init-groups", _programs + program, .. arguments]);
        else
            Run(_programs + program, arguments);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, WorkingDirectory = "/" })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
    }
}
