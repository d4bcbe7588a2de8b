namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>A position that is reached when everything was told that was in the queues when it was asked for.</summary>
internal sealed class DrainMark(ulong offset)
{
    private readonly Dictionary<string, long> _bounds = new(StringComparer.Ordinal);
    private Intake? _measured;

    internal ulong Offset => offset;

    /// <summary>Queues of which not enough was told yet.</summary>
    internal IReadOnlyCollection<string> Open => _bounds.Keys;

    internal bool WasMeasured => _measured is not null;

    internal bool IsReached => _measured is not null && _bounds.Count == 0;

    internal bool IsMeasuredOver(Intake intake) => ReferenceEquals(_measured, intake);

    /// <summary>Asks how much has to be told; once for each intake.</summary>
    /// <param name="streams">Asked where each stream ends.</param>
    internal async Task Measure(
        Intake intake, IEnumerable<SourceQueue> queues,
        Func<Task<IReadOnlyList<(string Stream, ulong End)>>> streams, CancellationToken cancellation)
    {
        if (IsMeasuredOver(intake))
            return;
        _bounds.Clear();
        foreach (var queue in queues)
        {
            // What had left the queue before the first answer is here before the second.
            var ready = await intake.Ready(queue.Name, cancellation).ConfigureAwait(false);
            await intake.Ready(queue.Name, cancellation).ConfigureAwait(false);
            await intake.Settle(cancellation).ConfigureAwait(false);

            // What comes later may come first there: only an empty queue has nothing left from before.
            _bounds[queue.Name] = queue.HasPriorities == true
                ? long.MaxValue
                : intake.Received(queue.Name) + ready;
        }
        foreach (var (stream, end) in await streams().ConfigureAwait(false))
            _bounds[stream] = (long)end;
        _measured = intake;
    }

    /// <summary>So many messages of a queue were told over the intake so far, or a stream up to an offset.</summary>
    internal void Told(string queue, long count)
    {
        if (_bounds.TryGetValue(queue, out var bound) && count >= bound)
            _bounds.Remove(queue);
    }

    /// <summary>The queue was seen empty, and everything that was in it is told.</summary>
    internal void SeenEmpty(string queue) => _bounds.Remove(queue);
}
