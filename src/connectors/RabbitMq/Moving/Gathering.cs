using Godwit.Connectors.RabbitMq.Streams;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Makes a batch of deliveries.</summary>
/// <param name="Batch">What is told.</param>
/// <param name="Tags">By which its messages are taken away, ascending.</param>
/// <param name="Bytes">Of all bodies of queues' messages.</param>
internal sealed record Gathering(MessageBatch Batch, IReadOnlyList<ulong> Tags, long Bytes)
{
    private const int MostMessages = 10_000;
    private const long MostBytes = 16L << 20;

    /// <summary>Takes what is here, up to the bounds; at least one where there is any. Of no queue more than half of
    /// what may be on its way: the other half comes while the batch goes over.</summary>
    internal static IReadOnlyList<Delivery> Take(Intake intake)
    {
        var (taken, bytes, isHalf) = (new List<Delivery>(), 0L, false);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        while (taken.Count < MostMessages && bytes < MostBytes && !isHalf && intake.TryTake(out var delivery))
        {
            taken.Add(delivery);
            bytes += delivery.Message.Body.Length;
            var (queue, count) = (delivery.Message.Queue, counts.GetValueOrDefault(delivery.Message.Queue) + 1);
            counts[queue] = count;
            isHalf = count >= intake.Window(queue) / 2;
        }
        return taken;
    }

    /// <summary>A new batch, whose messages are counted in the order in which they came.</summary>
    internal static Gathering Of(ulong number, IReadOnlyList<Delivery> deliveries)
    {
        var ordinals = new Dictionary<string, int>(StringComparer.Ordinal);
        var messages = new List<Message>(deliveries.Count);
        foreach (var one in deliveries)
        {
            var ordinal = ordinals.GetValueOrDefault(one.Message.Queue);
            ordinals[one.Message.Queue] = ordinal + 1;
            messages.Add(one.Message with { Ordinal = ordinal });
        }
        return Made(number, HashesOf(deliveries), messages, deliveries);
    }

    /// <summary>The same with something of streams.</summary>
    internal Gathering With(IReadOnlyList<StreamSpan> spans) => this with { Batch = Batch with { Spans = spans } };

    internal static IReadOnlyList<QueuedHash> HashesOf(IEnumerable<Delivery> deliveries) =>
        [.. deliveries.Select(one => new QueuedHash(one.Message.Queue, one.Hash))];

    internal static Gathering Made(
        ulong number, IReadOnlyList<QueuedHash> hashes, IReadOnlyList<Message> messages,
        IReadOnlyList<Delivery> deliveries) => new(
        new MessageBatch(number, hashes, messages),
        [.. deliveries.Select(one => one.Tag).Order()],
        messages.Sum(one => (long)one.Body.Length));
}
