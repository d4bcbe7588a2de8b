using System.Diagnostics;
using System.Globalization;

namespace Godwit.Tests.Servers;

/// <summary>A private RabbitMQ of the tests' own: its own folder, ports and log. Starting one takes ten seconds, so
/// tests share two, and make virtual hosts of their own.</summary>
/// <remarks>It is gone when the tests end, also when they are killed. Erlang's port mapper, which it starts where none
/// runs yet, stays.</remarks>
internal sealed class RabbitMqServer : IAsyncDisposable
{
    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    // The shell becomes the server, so that both have the same number, which is on disk before the server runs.
    private const string Starting = """echo $$ > "$1"; shift; exec "$@" </dev/null >>output 2>&1""";

    // A number that is left behind may be another's by then: only a process that works in the folder is ours.
    private const string Killing =
        """pid=$(cat "$1/pid") && [ "$(readlink "/proc/$pid/cwd")" = "$1" ] && kill -9 "$pid" """;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private static readonly Lazy<Task<RabbitMqServer>> First = new(() => Start());
    private static readonly Lazy<Task<RabbitMqServer>> Second = new(() => Start());

    private static int _hosts;

    private readonly ServerFolder _folder = new();
    private Process? _process;

    private RabbitMqServer(bool isEncrypted) =>
        Certificates = isEncrypted ? new BrokerCertificates(_folder) : null;

    /// <summary>For AMQP.</summary>
    public int Port { get; private set; }

    /// <summary>For the management API.</summary>
    public int ManagementPort { get; private set; }

    /// <summary>For the stream protocol.</summary>
    public int StreamPort { get; private set; }

    /// <summary>What it shows to who comes encrypted; null when nobody can.</summary>
    public BrokerCertificates? Certificates { get; }

    /// <summary>The ports for AMQP, the management API and streams, encrypted.</summary>
    public (int Amqp, int Management, int Streams) Encrypted { get; private set; }

    private string Log => File.Exists(_folder["log/broker.log"]) ? File.ReadAllText(_folder["log/broker.log"]) : "";

    /// <summary>An empty virtual host at a server that tests share.</summary>
    public static async Task<RabbitMqHost> Host() => await (await First.Value).NewHost();

    /// <summary>The same at another server.</summary>
    public static async Task<RabbitMqHost> OtherHost() => await (await Second.Value).NewHost();

    /// <summary>One of a test's own, to be killed; gone with its disposal.</summary>
    /// <param name="isEncrypted">Whether one may come encrypted, too.</param>
    public static async Task<RabbitMqServer> Start(bool isEncrypted = false)
    {
        Assert.SkipUnless(File.Exists(Program), "RabbitMQ is not installed: apt-get install rabbitmq-server");
        var server = new RabbitMqServer(isEncrypted);
        var isReady = false;
        try
        {
            server._folder.Keep(new Command("sh", "-c", Killing, "kill", server._folder.Path));
            (server.Port, server.ManagementPort, server.StreamPort) =
                (FreePort.Find(), FreePort.Find(), FreePort.Find());
            server.Encrypted = (FreePort.Find(), FreePort.Find(), FreePort.Find());
            await server.Configure();
            await server.StartAgain();
            isReady = true;
            return server;
        }
        finally
        {
            if (!isReady)
                await server.DisposeAsync();
        }
    }

    public async Task<RabbitMqHost> NewHost()
    {
        var name = $"host-{Interlocked.Increment(ref _hosts).ToString(CultureInfo.InvariantCulture)}";
        var host = new RabbitMqHost(this, name);
        await host.Make();
        return host;
    }

    /// <summary>Starts it at the same ports; returns when it answers.</summary>
    public async Task StartAgain()
    {
        var logged = Log.Length;
        var start = new ProcessStartInfo("setsid", ["sh", "-c", Starting, "start", _folder["pid"], Program])
        {
            WorkingDirectory = _folder.Path,
        };
        foreach (var (name, value) in World())
            start.Environment[name] = value;
        var process = _process = Process.Start(start)!;
        await Until.Holds(
            "RabbitMQ is ready or has ended",
            () => process.HasExited || Log[logged..].Contains("Server startup complete", StringComparison.Ordinal),
            () => Log[logged..],
            Patience);
        if (process.HasExited)
            throw new InvalidOperationException(
                $"RabbitMQ did not start: {Log[logged..]} {await File.ReadAllTextAsync(_folder["output"])}");
    }

    /// <summary>As its service is stopped.</summary>
    public async Task Stop()
    {
        await new Command("kill", _process!.Id.ToString(CultureInfo.InvariantCulture)).Run();
        await End();
    }

    /// <summary>As if it had crashed.</summary>
    public async Task Kill()
    {
        if (_process is null)
            return;
        _process.Kill();
        await End();
    }

    private async Task End()
    {
        using var deadline = new CancellationTokenSource(Patience);
        await _process!.WaitForExitAsync(deadline.Token);
        File.Delete(_folder["pid"]);
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Kill();
        await _folder.DisposeAsync();
    }

    private async Task Configure()
    {
        await File.WriteAllTextAsync(_folder["plugins"], "[rabbitmq_management,rabbitmq_stream].\n");
        await File.WriteAllTextAsync(
            _folder["rabbit.conf"],
            $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            management.tcp.port = {ManagementPort}
            management.tcp.ip = 127.0.0.1
            stream.listeners.tcp.1 = 127.0.0.1:{StreamPort}
            collect_statistics_interval = 1000
            log.file = broker.log

            {(Certificates is { } certificates ? Encryption(certificates) : "")}

            """);
    }

    private string Encryption(BrokerCertificates certificates)
    {
        string[] listeners =
        [
            $"listeners.ssl.1 = 127.0.0.1:{Encrypted.Amqp}",
            $"management.ssl.port = {Encrypted.Management}",
            "management.ssl.ip = 127.0.0.1",
            $"stream.listeners.ssl.1 = 127.0.0.1:{Encrypted.Streams}",
        ];
        return string.Join('\n', listeners.Concat(((string[])["ssl_options", "management.ssl"]).SelectMany(one =>
            (string[])
            [
                $"{one}.cacertfile = {certificates.Authority}",
                $"{one}.certfile = {certificates.Certificate}",
                $"{one}.keyfile = {certificates.Key}",
            ])));
    }

    private (string Name, string Value)[] World() =>
    [
        ("HOME", _folder.Path),
        ("RABBITMQ_NODENAME", $"gw{Port.ToString(CultureInfo.InvariantCulture)}@localhost"),
        ("RABBITMQ_CONFIG_FILE", _folder["rabbit"]),
        ("RABBITMQ_MNESIA_BASE", _folder["data"]),
        ("RABBITMQ_LOG_BASE", _folder["log"]),
        ("RABBITMQ_PID_FILE", _folder["broker.pid"]),
        ("RABBITMQ_ENABLED_PLUGINS_FILE", _folder["plugins"]),
        ("RABBITMQ_DIST_PORT", FreePort.Find().ToString(CultureInfo.InvariantCulture)),
        ("ERL_EPMD_ADDRESS", "127.0.0.1"),
        // The script becomes the broker then, and does not stay beside it.
        ("RUNNING_UNDER_SYSTEMD", "true"),
    ];
}
