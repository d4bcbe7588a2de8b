using System.Diagnostics;

namespace Godwit.Tests.Servers;

/// <summary>A private Redis of a test's own: its own folder, port and log, with DEBUG allowed.</summary>
/// <remarks>It saves nothing unless it is asked to. It is gone when the tests end, also when they are killed.</remarks>
internal sealed class RedisServer : IAsyncDisposable
{
    private const string Program = "redis-server";
    private const int Attempts = 5;

    // The shell becomes the server, so that both have the same number, which is on disk before the server runs.
    private const string Starting = """echo $$ > "$1"; shift; exec "$@" </dev/null >/dev/null 2>&1""";

    // A number that is left behind may be another's by then: only a process that works in the folder is ours.
    private const string Killing =
        """pid=$(cat "$1/pid") && [ "$(readlink "/proc/$pid/cwd")" = "$1" ] && kill -9 "$pid" """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ServerFolder _folder = new();
    private readonly string[] _settings;
    private Process? _process;

    private readonly bool _isSentinel;
    private readonly string? _home;

    /// <param name="settings">Lines of the configuration.</param>
    /// <param name="isSentinel">Whether it watches others.</param>
    /// <param name="home">Where programs and libraries of another version are; null: the machine's.</param>
    private RedisServer(string[] settings, bool isSentinel = false, string? home = null) =>
        (_settings, _isSentinel, _home) = (settings, isSentinel, home);

    public int Port { get; private set; }

    /// <summary>What it has logged so far, all its starts together.</summary>
    public string Log => File.Exists(_folder["log"]) ? File.ReadAllText(_folder["log"]) : "";

    /// <summary>One of a test's own, to be stopped and killed; gone with its disposal.</summary>
    /// <param name="settings">Lines of its configuration, as <c>maxmemory 1mb</c>; the last of a name counts.</param>
    public static Task<RedisServer> Start(params string[] settings) => Start(new RedisServer(settings));

    /// <summary>One of version 6.0.</summary>
    /// <param name="settings">As above.</param>
    public static Task<RedisServer> Start60(params string[] settings) => StartFetched("redis-6.0", settings);

    /// <summary>A Valkey of version 8.0.</summary>
    /// <param name="settings">As above.</param>
    public static Task<RedisServer> StartValkey(params string[] settings) => StartFetched("valkey-8.0", settings);

    /// <summary>A Sentinel that watches one primary alone, and decides soon.</summary>
    public static Task<RedisServer> StartSentinel(string name, int primary) => Start(new RedisServer(
        [
            $"sentinel monitor {name} 127.0.0.1 {primary} 1", $"sentinel down-after-milliseconds {name} 500",
            $"sentinel failover-timeout {name} 3000",
        ],
        isSentinel: true));

    /// <summary>A new connection to it; with a password if the settings ask for one.</summary>
    public async Task<RedisClient> Connect()
    {
        var client = await RedisClient.Connect(Port);
        var password = _settings.LastOrDefault(line => line.StartsWith("requirepass ", StringComparison.Ordinal));
        if (password is not null)
            await client.Call("AUTH", password["requirepass ".Length..]);
        return client;
    }

    /// <summary>Sends one command over a connection of its own.</summary>
    public async Task<object?> Call(params object[] words)
    {
        await using var client = await Connect();
        return await client.Call(words);
    }

    /// <summary>Starts it again at the same port; returns when it answers.</summary>
    public async Task Start()
    {
        if (!await TryStart())
            throw new InvalidOperationException($"Redis did not start: {Log}");
    }

    /// <summary>Stops it without saving: with a word to everybody, or, immediately, as if it had crashed.</summary>
    public Task Stop(bool immediate) => immediate ? Kill() : ShutDown("NOSAVE");

    /// <summary>Stops and starts it at the same port: all keys are gone.</summary>
    public async Task Restart(bool immediate)
    {
        await Stop(immediate);
        await Start();
    }

    /// <summary>Saves, stops and starts it at the same port: all keys are there again.</summary>
    public async Task SaveAndRestart()
    {
        await ShutDown("SAVE");
        await Start();
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        await _folder.DisposeAsync();
    }

    private static async Task<RedisServer> Start(RedisServer server)
    {
        Assert.SkipUnless(IsInstalled, "Redis is not installed: apt-get install redis-server");
        try
        {
            await server.Make();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, Program)));

    private static Task<RedisServer> StartFetched(string name, string[] settings)
    {
        var home = ServerCache.Folders(name).FirstOrDefault();
        Assert.SkipWhen(home is null, $"{name} was not fetched: ./dev test does it.");
        return Start(new RedisServer(settings, home: home));
    }

    private bool IsBefore7 => _home?.EndsWith("redis-6.0", StringComparison.Ordinal) == true;

    private string Where()
    {
        if (_home is null)
            return Program;
        var programs = Path.Combine(_home, "usr/bin");
        return Directory.GetFiles(programs, "*-server").Single();
    }

    private async Task Make()
    {
        _folder.Keep(new Command("sh", "-c", Killing, "kill", _folder.Path));
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort.Find();
            await File.WriteAllTextAsync(_folder["redis.conf"], Settings());
            if (await TryStart())
                return;
            if (attempt == Attempts || !Log.Contains("Address already in use", StringComparison.Ordinal))
                throw new InvalidOperationException($"Redis did not start: {Log}");
        }
    }

    private async Task<bool> TryStart()
    {
        var logged = Log.Length;
        var start = new ProcessStartInfo(
            "setsid",
            [
                "sh", "-c", Starting, "start", _folder["pid"], Where(), _folder["redis.conf"],
                .. (string[])(_isSentinel ? ["--sentinel"] : []),
            ])
        {
            WorkingDirectory = _folder.Path,
        };
        if (_home is not null)
            start.Environment["LD_LIBRARY_PATH"] = Path.Combine(_home, "usr/lib");
        var process = _process = Process.Start(start)!;
        await Until.Holds(
            "Redis is ready or has ended",
            () => process.HasExited || Log[logged..].Contains(
                _isSentinel ? "+monitor master" : "Ready to accept connections", StringComparison.Ordinal),
            () => Log[logged..]);
        if (!process.HasExited)
            return true;
        Forget();
        return false;
    }

    private async Task ShutDown(string how)
    {
        await using var client = await Connect();
        await client.Send("SHUTDOWN", how);
        await Ended();
    }

    private Task Kill()
    {
        if (_process is null)
            return Task.CompletedTask;
        _process.Kill();
        return Ended();
    }

    private async Task Ended()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(deadline.Token);
        Forget();
    }

    private void Forget()
    {
        File.Delete(_folder["pid"]);
        _process?.Dispose();
        _process = null;
    }

    private string Settings() =>
        $"""
        port {Port}
        bind 127.0.0.1
        dir {_folder.Path}
        logfile {_folder["log"]}
        save ""
        appendonly no
        {(IsBefore7 ? "" : "enable-debug-command yes")}
        {string.Join('\n', _settings)}

        """;
}
