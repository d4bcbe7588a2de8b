using System.Text.Json;
using Npgsql;

namespace Godwit.Bench.Peers;

/// <summary>A program of the moved tenant: it writes all the time, and where the fence stops it it reads the route and
/// tries again.</summary>
internal sealed class TenantWriter : IDisposable
{
    private const string Fenced = "GWF01";
    private static readonly TimeSpan BetweenWrites = TimeSpan.FromMilliseconds(2);

    private readonly PostgresServers _servers;
    private readonly Route _route;
    private readonly Gap _gap = new();
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _first = new();
    private volatile bool _ended;
    private bool _isAtTarget;
    private volatile Exception? _failure;

    /// <param name="servers">Where it writes.</param>
    /// <param name="route">The path of the route file.</param>
    internal TenantWriter(PostgresServers servers, string route)
    {
        (_servers, _route) = (servers, new Route(route, servers.Target));
        _thread = new Thread(Work);
        _thread.Start();
    }

    /// <summary>Returns when it has written once.</summary>
    internal void AwaitFirst() => _first.Wait();

    /// <summary>The longest time in milliseconds between two writes that were answered, since it was asked
    /// last.</summary>
    internal double TakeLongest()
    {
        if (_failure is { } failure)
            throw new InvalidOperationException("The tenant's writer failed.", failure);
        return _gap.TakeLongest();
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
            for (var number = 0L; !_ended; number++)
            {
                while (!TryWrite(_isAtTarget ? target : source, number) && !_ended)
                    _isAtTarget = _route.IsToTarget();
                _gap.Note();
                _first.Set();
                Thread.Sleep(BetweenWrites);
            }
        }
        catch (Exception e) when (e is NpgsqlException or IOException or JsonException)
        {
            _failure = e;
            _first.Set();
        }
    }

    private static bool TryWrite(NpgsqlConnection connection, long number)
    {
        using var update = new NpgsqlCommand("UPDATE orders SET amount = $1 WHERE id = $2 AND tenant = $3", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<int> { TypedValue = (int)number },
                new NpgsqlParameter<long> { TypedValue = (TenantData.Tenant * 1000) + (number % 1000) },
                new NpgsqlParameter<int> { TypedValue = TenantData.Tenant },
            },
        };
        try
        {
            return update.ExecuteNonQuery() == 1;
        }
        catch (PostgresException refused) when (refused.SqlState == Fenced)
        {
            return false;
        }
    }

    private static NpgsqlConnection Open(int port)
    {
        var connection = new NpgsqlConnection(PostgresServers.ConnectionString(port));
        connection.Open();
        return connection;
    }
}
