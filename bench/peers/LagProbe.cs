using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Godwit.Bench.Peers;

/// <summary>Writes numbered rows at the source, whatever the follower does, and looks when each is at the
/// target.</summary>
/// <remarks>It knows nothing of who follows. A row's lag begins when its commit was answered.</remarks>
internal sealed class LagProbe(PostgresServers servers)
{
    private static readonly TimeSpan BetweenMarks = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>When each row that is not yet at the target was committed.</summary>
    private readonly ConcurrentDictionary<long, long> _open = new();
    private readonly List<double> _lags = [];
    private volatile bool _ended;
    private long _seen;

    /// <summary>Probes while something is at work, and until the last row has come.</summary>
    /// <returns>Lags in milliseconds; a row that did not come within a minute counts with a minute.</returns>
    internal IReadOnlyList<double> While(Action work)
    {
        _seen = Number(servers.TargetPort);
        var next = Number(servers.SourcePort) + 1;
        var (writer, looker) = (new Thread(() => Write(next)), new Thread(Look));
        writer.Start();
        looker.Start();
        try
        {
            work();
        }
        finally
        {
            _ended = true;
            writer.Join();
            looker.Join();
        }
        return [.. _lags, .. _open.Select(_ => Patience.TotalMilliseconds)];
    }

    private void Write(long next)
    {
        using var connection = Open(servers.SourcePort);
        using var insert = new NpgsqlCommand("INSERT INTO marks VALUES ($1)", connection);
        var number = insert.Parameters.Add(new NpgsqlParameter<long>());
        insert.Prepare();
        for (; !_ended; next++)
        {
            number.Value = next;
            insert.ExecuteNonQuery();
            _open[next] = Stopwatch.GetTimestamp();
            Thread.Sleep(BetweenMarks);
        }
    }

    private void Look()
    {
        using var connection = Open(servers.TargetPort);
        using var select = new NpgsqlCommand("SELECT n FROM marks WHERE n > $1 ORDER BY n", connection);
        var number = select.Parameters.Add(new NpgsqlParameter<long>());
        select.Prepare();
        var deadline = long.MaxValue;
        while (!_ended || (!_open.IsEmpty && Stopwatch.GetTimestamp() < deadline))
        {
            if (_ended && deadline == long.MaxValue)
                deadline = Stopwatch.GetTimestamp() + (long)(Patience.TotalSeconds * Stopwatch.Frequency);
            number.Value = _seen;
            using (var rows = select.ExecuteReader())
            {
                while (rows.Read())
                    Note(_seen = rows.GetInt64(0));
            }
            Thread.Sleep(BetweenLooks);
        }
    }

    private void Note(long number)
    {
        // It may be there before its writer is told so.
        var committed = 0L;
        SpinWait.SpinUntil(() => _open.TryRemove(number, out committed), TimeSpan.FromSeconds(1));
        _lags.Add(committed == 0 ? 0 : Math.Max(0, Stopwatch.GetElapsedTime(committed).TotalMilliseconds));
    }

    private static long Number(int port)
    {
        using var connection = Open(port);
        using var select = new NpgsqlCommand("SELECT coalesce(max(n), 0) FROM marks", connection);
        return (long)select.ExecuteScalar()!;
    }

    private static NpgsqlConnection Open(int port)
    {
        var connection = new NpgsqlConnection(PostgresServers.ConnectionString(port));
        connection.Open();
        return connection;
    }
}
