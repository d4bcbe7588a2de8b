using System.Diagnostics;
using System.Text.Json;

namespace Godwit.Bench.Peers;

/// <summary>A program that counts and sets at a pace, many commands together; where the fence refuses some it reads the
/// route and tries these again.</summary>
internal sealed class RedisWriter : IDisposable
{
    private const int MostTogether = 500;

    private readonly RedisServers _servers;
    private readonly int _perSecond;
    private readonly Route _route;
    private readonly Thread _thread;
    private readonly Gap _gap = new();
    private readonly ManualResetEventSlim _first = new();
    private volatile bool _ended;
    private volatile Exception? _failure;
    private bool _isAtTarget;
    private long _written;
    private long _counted;

    /// <param name="servers">Where it writes.</param>
    /// <param name="perSecond">The pace that it does not pass.</param>
    /// <param name="route">The path of the route file.</param>
    internal RedisWriter(RedisServers servers, int perSecond, string route)
    {
        (_servers, _perSecond, _route) = (servers, perSecond, new Route(route, servers.Target));
        _thread = new Thread(Work);
        _thread.Start();
        _first.Wait();
    }

    /// <summary>Commands that were acknowledged so far.</summary>
    internal long Written => Interlocked.Read(ref _written);

    /// <summary>The longest time in milliseconds between two answers, since it was asked last.</summary>
    internal double TakeLongest()
    {
        if (_failure is { } failure)
            throw new InvalidOperationException("The writer failed.", failure);
        return _gap.TakeLongest();
    }

    /// <summary>Ends it and compares what was acknowledged with what is where it wrote last.</summary>
    /// <exception cref="InvalidOperationException">An increment was lost, or carried out twice.</exception>
    internal void Finish()
    {
        _ended = true;
        _thread.Join();
        TakeLongest();
        var counted = RedisData.Counted(_isAtTarget ? _servers.TargetPort : _servers.SourcePort);
        if (counted != _counted)
            throw new InvalidOperationException($"{_counted} increments were acknowledged, {counted} are there.");
    }

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
        _first.Dispose();
    }

    private void Work()
    {
        try
        {
            using var source = Open(_servers.SourcePort);
            using var target = Open(_servers.TargetPort);
            var dice = new Dice(50_000);
            for (var last = Stopwatch.GetTimestamp(); !_ended; Thread.Sleep(1))
            {
                var due = (int)(Stopwatch.GetElapsedTime(last).TotalSeconds * _perSecond);
                last = Stopwatch.GetTimestamp();
                var open = new object[Math.Clamp(due, 1, MostTogether)][];
                for (var i = 0; i < open.Length; i++)
                    open[i] = RedisData.Write(_written + i, dice);
                while ((open = Refused(_isAtTarget ? target : source, open)).Length > 0 && !_ended)
                    _isAtTarget = _route.IsToTarget();
                _gap.Note();
                _first.Set();
            }
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or JsonException)
        {
            _failure = e;
            _first.Set();
        }
    }

    /// <returns>The commands that the fence kept from being carried out.</returns>
    private object[][] Refused(RedisWire wire, object[][] commands)
    {
        foreach (var command in commands)
            wire.Add(command);
        var replies = wire.Send();
        if (replies.OfType<RedisError>().FirstOrDefault(error => !IsFence(error)) is { } other)
            throw new InvalidOperationException($"Redis said: {other.Text}");
        Interlocked.Add(ref _written, replies.Count(reply => reply is not RedisError));
        _counted += replies.Count(reply => reply is long);
        return [.. commands.Zip(replies).Where(one => one.Second is RedisError).Select(one => one.First)];
    }

    private static bool IsFence(RedisError error) => error.Text.StartsWith("NOPERM ", StringComparison.Ordinal);

    private static RedisWire Open(int port)
    {
        var wire = new RedisWire(port);
        wire.Call("AUTH", RedisServers.User, "any");
        return wire;
    }
}
