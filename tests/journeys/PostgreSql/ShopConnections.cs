using Npgsql;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>The connections of one writer: two to each place, because two transactions may be open at once.</summary>
internal sealed class ShopConnections : IAsyncDisposable
{
    // A digest is the same on every connection; and a writer with two transactions may block himself behind somebody
    // who waits for a whole table, which the server does not see as a deadlock.
    private const string Settings =
        "-c timezone=UTC -c datestyle=ISO,YMD -c extra_float_digits=1 -c bytea_output=hex -c lock_timeout=10s";

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(20);

    private readonly Dictionary<(string Place, int Slot), NpgsqlConnection> _open = [];

    public async Task<NpgsqlConnection> Open(string place, int slot)
    {
        if (_open.TryGetValue((place, slot), out var connection))
            return connection;
        connection = new NpgsqlConnection($"{place};Options={Settings}");
        await connection.OpenAsync();
        return _open[(place, slot)] = connection;
    }

    public async Task Close(string place)
    {
        foreach (var (key, connection) in _open.Where(one => one.Key.Place == place).ToList())
        {
            _open.Remove(key);
            await connection.DisposeAsync();
        }
    }

    /// <summary>The rows that a transaction has touched, as they are when it has surely come to an end; null when the
    /// server did not tell within the time.</summary>
    /// <remarks>
    /// Whether it was committed is not asked for: after a crash its number may belong to another one. But as long as no
    /// transaction of that number is in progress, it is not.
    /// </remarks>
    public async Task<IReadOnlyDictionary<RowName, RowState>?> After(OpenDeed deed, string place, TimeSpan patience)
    {
        using var deadline = new CancellationTokenSource(patience);
        using var glances = new PeriodicTimer(Glance);
        while (!deadline.IsCancellationRequested)
        {
            try
            {
                var connection = await Open(place, 0);
                await using var command = new NpgsqlCommand("SELECT pg_xact_status($1::xid8)", connection);
                command.Parameters.AddWithValue(deed.Number);
                if (await command.ExecuteScalarAsync() is not "in progress")
                    return await deed.ReadTouched(connection);
            }
            catch (NpgsqlException)
            {
                // Not there, or not yet again.
                await Close(place);
            }
            await glances.WaitForNextTickAsync(CancellationToken.None);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var connection in _open.Values)
            await connection.DisposeAsync();
    }
}
