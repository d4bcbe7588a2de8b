using System.Text.Json.Nodes;

namespace Godwit.Tests.Journeys.PostgreSql;

/// <summary>Where writers of a shop go: to the place that the route file names, and at a door that a test may
/// close.</summary>
/// <remarks>
/// The door closes by itself when the route is switched, before anybody has gone to the new place: so both sides can be
/// compared as they were at the handover, while every writer who was sent away waits.
/// </remarks>
/// <param name="file">The route file; not there before the first handover.</param>
/// <param name="name">Of the entry in it.</param>
/// <param name="source">As the migration file names it.</param>
internal sealed class ShopRoute(string file, string name, string source)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource? _closed;
    private long _epoch;
    private int _waiting;

    /// <summary>False to let writers go over as soon as they hear of it.</summary>
    public bool ClosesAtHandovers { get; set; } = true;

    /// <summary>Writers at the closed door.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>What the file says at this moment, whether the door is open or not: how often the route was switched,
    /// and the place, as the migration file names it.</summary>
    public (long Epoch, string Place) Present => Read();

    /// <summary>The present place, as the migration file names it.</summary>
    public async ValueTask<string> Find(CancellationToken stop)
    {
        while (true)
        {
            var (epoch, place) = Read();
            Task door;
            lock (_lock)
            {
                if (epoch > _epoch)
                {
                    _epoch = epoch;
                    if (ClosesAtHandovers)
                        _closed ??= NewDoor();
                }
                if (_closed is null)
                    return place;
                door = _closed.Task;
            }
            Interlocked.Increment(ref _waiting);
            try
            {
                await door.WaitAsync(stop);
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Lets nobody pass who asks from now on.</summary>
    public void Close()
    {
        lock (_lock)
            _closed ??= NewDoor();
    }

    /// <summary>Lets everybody pass until the next handover.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _epoch = Read().Epoch;
            _closed?.TrySetResult();
            _closed = null;
        }
    }

    private (long Epoch, string Place) Read()
    {
        if (!File.Exists(file))
            return (0, source);
        var entry = JsonNode.Parse(File.ReadAllBytes(file))?[name];
        return entry is null ? (0, source) : ((long)entry["epoch"]!, (string)entry["places"]![source]!);
    }

    private static TaskCompletionSource NewDoor() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
