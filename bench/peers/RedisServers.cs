using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Godwit.Bench.Peers;

/// <summary>Two private Redis servers of the distribution's version, a source and a target, that save
/// nothing.</summary>
/// <remarks>A snapshot is not waited for, and the source keeps enough of what it did for everybody who comes back.
/// Both know a user for applications, who has all rights.</remarks>
internal sealed class RedisServers : IDisposable
{
    /// <summary>The user as whom applications write.</summary>
    internal const string User = "app";

    // .NET has its children ignore the signal by which whoever asks learns that nobody listens any more.
    private const string Patience = "env --default-signal=PIPE timeout 600";

    private readonly Place _place;
    private readonly Background _source;
    private Background _target;

    internal RedisServers(Place place)
    {
        _place = place;
        (SourcePort, TargetPort) = (FreePort.Find(), FreePort.Find());
        _source = Start("source", SourcePort);
        _target = Start("target", TargetPort);
    }

    internal int SourcePort { get; }

    internal int TargetPort { get; }

    internal string Source => Address(SourcePort);

    internal string Target => Address(TargetPort);

    /// <summary>Of the target's process.</summary>
    internal int TargetProcess => _target.Id;

    /// <summary>Makes the target a new process without a key.</summary>
    internal void Reset()
    {
        _target.Dispose();
        _target = Start("target", TargetPort);
    }

    /// <summary>Empties the source too.</summary>
    internal void ResetBoth()
    {
        Reset();
        Call(SourcePort, "FLUSHALL", "SYNC");
    }

    internal static object? Call(int port, params ReadOnlySpan<object> words)
    {
        using var wire = new RedisWire(port);
        return wire.Call(words);
    }

    internal static string Text(object? reply) => reply is byte[] bytes
        ? Encoding.UTF8.GetString(bytes)
        : Convert.ToString(reply, CultureInfo.InvariantCulture) ?? "";

    /// <summary>A line for the shell that ends when the target's answer to a command holds a text, and fails after ten
    /// minutes.</summary>
    /// <remarks>One process asks again and again, a hundred times a second: what it costs hardly counts.</remarks>
    internal string Await(string command, string text) =>
        $"{Patience} {Cli(TargetPort)} -r -1 -i 0.01 {command} | grep -q -m 1 '{text}'";

    /// <summary>The beginning of a line for the shell.</summary>
    internal static string Cli(int port) => string.Create(CultureInfo.InvariantCulture, $"redis-cli -p {port}");

    public void Dispose()
    {
        _source.Dispose();
        _target.Dispose();
        _place.Clear("source", "target");
    }

    private static string Address(int port) =>
        string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{port}/0");

    private Background Start(string name, int port)
    {
        _place.Clear(name);
        Directory.CreateDirectory(_place.At(name));
        var server = new Background(
            new Command(
                "redis-server", "--port", port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir",
                _place.At(name), "--save", "", "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0",
                "--repl-backlog-size", "1gb", "--client-output-buffer-limit", "replica 0 0 0", "--user",
                User, "on", "nopass", "~*", "+@all"));
        while (!Answers(port))
        {
            if (server.HasEnded)
                throw new InvalidOperationException("Redis did not start: " + server.Finish());
            Thread.Sleep(TimeSpan.FromMilliseconds(10));
        }
        return server;
    }

    private static bool Answers(int port)
    {
        try
        {
            Call(port, "PING");
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
