using System.Collections.Concurrent;

namespace Godwit.Tests.Servers;

/// <summary>A private PostgreSQL: its own folder, port and socket, superuser "godwit", everybody trusted.</summary>
/// <remarks>It syncs nothing to disk. It is gone when the tests end, also when they are killed.</remarks>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    private const int Attempts = 5;

    private static readonly ConcurrentDictionary<int, Lazy<Task<PostgreSqlServer>>> Servers = new();

    private readonly PostgreSqlPrograms _programs;
    private readonly ServerFolder _folder = new();
    private readonly bool _isShared;
    private int _databases;

    private PostgreSqlServer(int major, PostgreSqlPrograms programs, bool isShared) =>
        (Major, _programs, _isShared) = (major, programs, isShared);

    public int Major { get; }

    public int Port { get; private set; }

    /// <summary>What it has logged so far.</summary>
    public string Log => File.Exists(_folder["log"]) ? File.ReadAllText(_folder["log"]) : "";

    /// <summary>The major version that the distribution brings: 15 with Debian 12.</summary>
    public static int Distribution => PostgreSqlPrograms.Distribution;

    /// <summary>The one of this run and version. Nobody may stop it; what a test makes there it removes.</summary>
    public static Task<PostgreSqlServer> Shared(int major) =>
        Servers.GetOrAdd(major, _ => new(() => Started(major, isShared: true, []))).Value;

    /// <summary>One of a test's own, to be stopped and killed; gone with its disposal.</summary>
    /// <param name="settings">Lines of its configuration, as <c>max_slot_wal_keep_size = 1MB</c>.</param>
    public static Task<PostgreSqlServer> Own(int major, params string[] settings) =>
        Started(major, isShared: false, settings);

    /// <summary>A new, empty database.</summary>
    /// <param name="options">As <c>CREATE DATABASE</c> takes them: "ENCODING 'SQL_ASCII' TEMPLATE template0".</param>
    public async Task<PostgreSqlDatabase> CreateDatabase(string options = "")
    {
        var database = new PostgreSqlDatabase(this, $"test_{Interlocked.Increment(ref _databases)}");
        await Administration.Run($"CREATE DATABASE {database.Name} {options}");
        return database;
    }

    /// <summary>The database that is always there.</summary>
    public PostgreSqlDatabase Administration => new(this, "postgres");

    /// <summary>Starts it again at the same port; returns when it answers.</summary>
    public Task Start() => Control("start", "-l", _folder["log"]).Run();

    /// <summary>Stops it: with a word to everybody, or, immediately, as if it had crashed.</summary>
    public Task Stop(bool immediate)
    {
        RefuseShared();
        return Control("stop", "-m", immediate ? "immediate" : "fast").Run();
    }

    /// <summary>Stops and starts it at the same port; returns when it answers.</summary>
    public async Task Restart(bool immediate)
    {
        await Stop(immediate);
        await Start();
    }

    public ValueTask DisposeAsync()
    {
        RefuseShared();
        return _folder.DisposeAsync();
    }

    private static async Task<PostgreSqlServer> Started(int major, bool isShared, string[] settings)
    {
        var server = new PostgreSqlServer(major, PostgreSqlPrograms.Of(major), isShared);
        try
        {
            await server.Make(settings);
            return server;
        }
        catch
        {
            await server._folder.DisposeAsync();
            throw;
        }
    }

    private async Task Make(string[] settings)
    {
        Directory.CreateDirectory(_folder["socket"]);
        if (Environment.UserName == "root")
            await new Command("chown", "-R", "postgres:", _folder.Path).Run();
        await _programs.Command(
            "initdb", "-D", _folder["data"], "-U", "godwit", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8",
            "--no-sync").Run();
        _folder.Keep(Control("stop", "-m", "immediate"));
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Find();
            await File.AppendAllTextAsync(_folder["data/postgresql.conf"], Settings(settings));
            var (code, _, _) = await Control("start", "-l", _folder["log"]).TryRun();
            if (code == 0)
                return;
            if (attempt == Attempts || !Log.Contains("could not bind", StringComparison.Ordinal))
                throw new InvalidOperationException($"PostgreSQL {Major} did not start: {Log}");
        }
    }

    private Command Control(string what, params string[] more) =>
        _programs.Command("pg_ctl", [what, "-D", _folder["data"], "-w", "-t", "120", "-s", .. more]);

    private void RefuseShared()
    {
        if (_isShared)
            throw new InvalidOperationException("Other tests use this server too: take one of your own (Own).");
    }

    // So little memory that transactions of some hundred rows are told before they end. The last line wins: after an
    // attempt with a port that was taken they are written again.
    private string Settings(string[] more) =>
        $"""

        port = {Port}
        listen_addresses = '127.0.0.1'
        unix_socket_directories = '{_folder["socket"]}'
        fsync = off
        wal_level = logical
        logical_decoding_work_mem = 64kB
        max_replication_slots = 50
        max_wal_senders = 50
        max_connections = 300
        max_prepared_transactions = 20
        {string.Join('\n', more)}

        """;
}
