using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Godwit.Tests.Journeys.Shop;

/// <summary>Consumes a tenant's queues at one side, and looks for what each message names at the side that the route
/// says.</summary>
internal sealed class ShopPacker : IAsyncDisposable
{
    private readonly Func<(long Epoch, ShopSide Side)> _look;
    private readonly ShopBooks _books;
    private readonly Dictionary<ShopSide, ShopClerk> _clerks = [];
    private readonly ShopClerk _here;
    private volatile bool _isStopping;
    private int _consumed;

    /// <summary>Whose queues it consumes.</summary>
    public ShopSide Side => _here.Side;

    private ShopPacker(ShopClerk here, Func<(long Epoch, ShopSide Side)> look, ShopBooks books)
    {
        (_here, _look, _books) = (here, look, books);
        _clerks[here.Side] = here;
    }

    public static async Task<ShopPacker> At(
        ShopSide side, IEnumerable<string> queues, Func<(long Epoch, ShopSide Side)> look, ShopBooks books)
    {
        var packer = new ShopPacker(await ShopClerk.At(side), look, books);
        await packer._here.Broker.Taking.BasicQosAsync(0, 1, global: false, CancellationToken.None);
        foreach (var queue in queues)
            await packer.Consume(queue);
        return packer;
    }

    /// <summary>Stops consuming with the next message of each queue, which is packed before.</summary>
    public async Task Stop()
    {
        _isStopping = true;
        await Until.Holds("no queue is consumed any more", () => Volatile.Read(ref _consumed) == 0);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var clerk in _clerks.Values)
            await clerk.DisposeAsync();
    }

    private async Task Consume(string queue)
    {
        var channel = _here.Broker.Taking;
        var consumer = new AsyncEventingBasicConsumer(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            await Pack(Order.Read(queue, delivery.Body.Span));

            // Cancelled before it is acknowledged: there is no message on its way then, that would have to be put back
            // into the queue and lose its place there.
            var isLast = _isStopping;
            if (isLast)
                await channel.BasicCancelAsync(delivery.ConsumerTag, cancellationToken: CancellationToken.None);
            await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, CancellationToken.None);
            if (isLast)
                Interlocked.Decrement(ref _consumed);
        };
        Interlocked.Increment(ref _consumed);
        await channel.BasicConsumeAsync(queue, autoAck: false, consumer);
    }

    private async Task Pack(Order order)
    {
        try
        {
            while (true)
            {
                var (epoch, side) = _look();
                var missing = await (await Clerk(side)).Missing(order);
                if (missing is not null && _look().Epoch != epoch)
                    continue;
                if (missing is not null)
                    _books.Find($"{order.Id}: its message came, and its {missing} is not at {side.Blobs}");
                _books.Pack(order);
                return;
            }
        }
        catch (Exception failure)
        {
            _books.Find(failure.ToString());
            throw;
        }
    }

    private async Task<ShopClerk> Clerk(ShopSide side) =>
        _clerks.TryGetValue(side, out var clerk) ? clerk : _clerks[side] = await ShopClerk.At(side);
}
