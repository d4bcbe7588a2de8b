using Godwit.Tests.Servers;
using Npgsql;
using RabbitMQ.Client;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>Somebody who works at one side, over connections of his own.</summary>
internal sealed class ShopClerk : IAsyncDisposable
{
    private const string FenceState = "GWF01";

    private readonly NpgsqlConnection _database;
    private readonly RedisClient _cache;

    private ShopClerk(ShopSide side, NpgsqlConnection database, RedisClient cache, RabbitMqHand broker) =>
        (Side, _database, _cache, Broker) = (side, database, cache, broker);

    public ShopSide Side { get; }

    public RabbitMqHand Broker { get; }

    public static async Task<ShopClerk> At(ShopSide side)
    {
        var database = new NpgsqlConnection(side.Database.ConnectionString);
        await database.OpenAsync();
        return new ShopClerk(side, database, await side.Cache.Connect(), await side.Broker.Connect());
    }

    public static void WriteFile(string folder, Order order)
    {
        var path = Path.Combine(folder, order.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, order.Text);
    }

    /// <summary>File and key: nothing refuses them, and nobody looks for them before the row is there.</summary>
    public async Task Prepare(Order order)
    {
        WriteFile(Side.Folder(order.Tenant), order);
        await _cache.Call("SET", order.Key, order.Text);
    }

    /// <summary>Row and lines, in one transaction.</summary>
    /// <returns>False when the fence refused them.</returns>
    public async Task<bool> TryInsert(Order order)
    {
        try
        {
            await using var batch = new NpgsqlBatch(_database)
            {
                BatchCommands =
                {
                    new NpgsqlBatchCommand("INSERT INTO orders VALUES ($1, $2, $3)")
                    {
                        Parameters =
                        {
                            new() { Value = order.Id }, new() { Value = order.Tenant }, new() { Value = order.Text },
                        },
                    },
                    new NpgsqlBatchCommand(
                        "INSERT INTO order_lines SELECT $1, no, 'product ' || no FROM generate_series(1, $2) no")
                    {
                        Parameters = { new() { Value = order.Id }, new() { Value = Order.Lines } },
                    },
                },
            };
            await batch.ExecuteNonQueryAsync();
            return true;
        }
        catch (PostgresException refused) when (refused.SqlState == FenceState)
        {
            return false;
        }
    }

    public Task Publish(Order order) =>
        Broker.Publish(order.Queue, new BasicProperties { Persistent = true }, order.Message);

    /// <summary>What is not there of an order, or not as it was written; null when all is.</summary>
    public async Task<string?> Missing(Order order)
    {
        await using var command = new NpgsqlCommand(
            "SELECT note, (SELECT count(*) FROM order_lines WHERE order_id = id) FROM orders WHERE id = $1", _database)
        {
            Parameters = { new() { Value = order.Id } },
        };
        await using (var row = await command.ExecuteReaderAsync())
        {
            if (!await row.ReadAsync() || row.GetString(0) != order.Text || row.GetInt64(1) != Order.Lines)
                return "row";
        }
        if (await _cache.Text("GET", order.Key) != order.Text)
            return "key";
        var path = Path.Combine(Side.Folder(order.Tenant), order.File);
        return !File.Exists(path) || await File.ReadAllTextAsync(path) != order.Text ? "file" : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        await _cache.DisposeAsync();
        await Broker.DisposeAsync();
    }
}
