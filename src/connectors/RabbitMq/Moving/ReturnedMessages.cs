namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Takes away once more what a broker has forgotten to have been taken.</summary>
internal sealed class ReturnedMessages
{
    private const int AtOnce = 500;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(50);

    private readonly Intake _intake;
    private readonly Dictionary<string, TakenAlignment> _alignments;
    private readonly Dictionary<string, Queue<Delivery>> _open;
    private readonly List<Delivery> _others = [];
    private readonly List<Delivery> _dropping = [];

    /// <param name="intake">Opened anew; nothing was taken from it.</param>
    /// <param name="taken">Hashes of each queue, in the order in which they were taken before.</param>
    /// <param name="pending">Of the batch of which it is not known whether it was taken.</param>
    internal ReturnedMessages(
        Intake intake, IReadOnlyDictionary<string, IReadOnlyList<UInt128>> taken, IReadOnlyList<QueuedHash> pending)
    {
        _intake = intake;
        var doubtful = pending.ToLookup(one => one.Queue, one => one.Hash, StringComparer.Ordinal);
        _alignments = taken.ToDictionary(
            one => one.Key, one => new TakenAlignment(one.Value, [.. doubtful[one.Key]]),
            StringComparer.Ordinal);
        _open = taken.Keys.ToDictionary(one => one, _ => new Queue<Delivery>(), StringComparer.Ordinal);
    }

    /// <summary>Drops them; everything else waits in the intake as before.</summary>
    /// <returns>Hashes of those that were dropped, in order, of each queue.</returns>
    internal async Task<IReadOnlyDictionary<string, List<UInt128>>> Drop(CancellationToken cancellation)
    {
        var dropped = new Dictionary<string, List<UInt128>>(StringComparer.Ordinal);
        while (_alignments.Any(one => one.Value.IsOpen))
        {
            if (_intake.TryTake(out var delivery))
            {
                Look(delivery);
                if (_dropping.Count >= AtOnce)
                    await Drop(dropped).ConfigureAwait(false);
                continue;
            }
            await Drop(dropped).ConfigureAwait(false);
            foreach (var (queue, alignment) in _alignments.Where(one => one.Value.IsOpen))
            {
                if (_open[queue].Count >= _intake.Window(queue)
                    || await _intake.IsEmpty(queue, cancellation).ConfigureAwait(false))
                    alignment.Close();
            }
            if (_alignments.Any(one => one.Value.IsOpen))
                await _intake.Wait(Glance, cancellation).ConfigureAwait(false);
        }
        await Drop(dropped).ConfigureAwait(false);
        _intake.Hold([.. _others.Concat(_open.Values.SelectMany(one => one)).OrderBy(one => one.Tag)]);
        return dropped;
    }

    private void Look(Delivery delivery)
    {
        if (!_alignments.TryGetValue(delivery.Message.Queue, out var alignment) || !alignment.IsOpen)
        {
            _others.Add(delivery);
            return;
        }
        var (open, before) = (_open[delivery.Message.Queue], alignment.Sure);
        open.Enqueue(delivery);
        if (delivery.IsRedelivered)
            alignment.Add(delivery.Hash);
        else
            alignment.Close();
        for (var more = alignment.Sure - before; more > 0; more--)
            _dropping.Add(open.Dequeue());
    }

    private async Task Drop(Dictionary<string, List<UInt128>> dropped)
    {
        if (_dropping.Count == 0)
            return;
        await _intake.Drop([.. _dropping.Select(one => one.Tag)], CancellationToken.None).ConfigureAwait(false);
        foreach (var one in _dropping)
        {
            if (!dropped.TryGetValue(one.Message.Queue, out var hashes))
                dropped.Add(one.Message.Queue, hashes = []);
            hashes.Add(one.Hash);
        }
        _dropping.Clear();
    }
}
