using System.Diagnostics;
using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>A private RabbitMQ of the distribution's version, with shovels and the management API.</summary>
/// <remarks>It dies with the thread that has started it. Erlang's port mapper, which it starts where none runs yet,
/// stays.</remarks>
internal sealed class RabbitMqBroker : IDisposable
{
    /// <summary>The virtual host of everything that is measured.</summary>
    internal const string Host = "bench";

    private const string Program = "/usr/lib/rabbitmq/bin/rabbitmq-server";

    private const string Releases = "/usr/lib/rabbitmq/lib";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Place _place;
    private readonly string _name;
    private readonly int _distributionPort = FreePort.Find();
    private readonly int _managementPort = FreePort.Find();
    private Background _process;

    /// <summary>Starts it; returns when it answers.</summary>
    /// <param name="name">Of its folder.</param>
    internal RabbitMqBroker(Place place, string name)
    {
        (_place, _name, Port) = (place, name, FreePort.Find());
        _place.Clear(name);
        Directory.CreateDirectory(At("log"));
        File.WriteAllText(At("plugins"), "[rabbitmq_management,rabbitmq_shovel].\n");
        File.WriteAllText(
            At("rabbit.conf"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"""
                listeners.tcp.1 = 127.0.0.1:{Port}
                management.tcp.port = {_managementPort}
                management.tcp.ip = 127.0.0.1
                log.file = broker.log

                """));
        _process = Start();
        Management = new RabbitMqManagement(_managementPort);
    }

    /// <summary>With its name; empty when it is not installed.</summary>
    internal static string Version => File.Exists(Program)
        ? Path.GetFileName(Directory.GetDirectories(Releases, "rabbitmq_server-*").Order(StringComparer.Ordinal).Last())
        : "";

    /// <summary>For AMQP.</summary>
    internal int Port { get; }

    internal RabbitMqManagement Management { get; }

    /// <summary>As a migration file has it.</summary>
    /// <param name="port">Through which it is reached.</param>
    internal string Address(int port) => string.Create(
        CultureInfo.InvariantCulture,
        $"amqp://127.0.0.1:{port}/{Host}?management=http://127.0.0.1:{_managementPort}");

    /// <summary>As a shovel that runs elsewhere has it.</summary>
    /// <param name="port">Through which it is reached.</param>
    internal static string ShovelAddress(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"amqp://guest:guest@127.0.0.1:{port}/{Host}");

    /// <summary>User and system time since it was started.</summary>
    internal TimeSpan ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(_process.Id);
            return process.TotalProcessorTime;
        }
    }

    private string Log => File.Exists(At("log/broker.log")) ? File.ReadAllText(At("log/broker.log")) : "";

    /// <summary>Makes the virtual host anew, with nothing in it.</summary>
    internal void Reset()
    {
        Management.Delete($"vhosts/{Host}");
        Management.Put($"vhosts/{Host}", new { });
        Management.Put($"permissions/{Host}/guest", new { configure = ".*", write = ".*", read = ".*" });
    }

    /// <summary>As <c>kill -9</c> does, and starts it again with what it kept.</summary>
    internal void Crash()
    {
        _process.Dispose();
        _process = Start();
    }

    public void Dispose()
    {
        _process.Dispose();
        Management.Dispose();
        _place.Clear(_name);
    }

    private string At(string name) => Path.Combine(_place.At(_name), name);

    private Background Start()
    {
        var logged = Log.Length;
        var start = Stopwatch.GetTimestamp();
        var process = new Background(new Command("setpriv", ["--pdeathsig", "KILL", "env", .. World(), Program]));
        while (!Log[logged..].Contains("Server startup complete", StringComparison.Ordinal))
        {
            if (process.HasEnded || Stopwatch.GetElapsedTime(start) > Patience)
            {
                process.Dispose();
                throw new InvalidOperationException("RabbitMQ did not start: " + Log[logged..]);
            }
            Thread.Sleep(TimeSpan.FromMilliseconds(50));
        }
        return process;
    }

    private string[] World() =>
    [
        $"HOME={_place.At(_name)}",
        string.Create(CultureInfo.InvariantCulture, $"RABBITMQ_NODENAME=bench{Port}@localhost"),
        string.Create(CultureInfo.InvariantCulture, $"RABBITMQ_DIST_PORT={_distributionPort}"),
        $"RABBITMQ_CONFIG_FILE={At("rabbit")}",
        $"RABBITMQ_MNESIA_BASE={At("data")}",
        $"RABBITMQ_LOG_BASE={At("log")}",
        $"RABBITMQ_PID_FILE={At("broker.pid")}",
        $"RABBITMQ_ENABLED_PLUGINS_FILE={At("plugins")}",
        "ERL_EPMD_ADDRESS=127.0.0.1",
        // The script becomes the broker then, and does not stay beside it.
        "RUNNING_UNDER_SYSTEMD=true",
    ];
}
