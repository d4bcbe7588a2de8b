namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>How far records were read past the log: by a copy, by a repair, or by key for a batch.</summary>
/// <remarks>Invariant: what was read past the log and may be at the target was committed before <see cref="End"/>. So
/// only a batch that begins behind it tells what the target holds where the batch begins. Another life may have read
/// anything up to the moment at which this one begins.</remarks>
internal sealed class Foresight
{
    private ulong _end = ulong.MaxValue;
    private bool _began;
    private readonly Lock _lock = new();

    internal ulong End
    {
        get
        {
            lock (_lock)
                return _end;
        }
    }

    /// <summary>Reading begins; the log has grown up to here.</summary>
    internal void Begin(ulong end)
    {
        lock (_lock)
        {
            if (!_began)
                (_began, _end) = (true, end);
        }
    }

    /// <summary>Records were read; the log had grown up to here by then.</summary>
    internal void HasRead(ulong end)
    {
        lock (_lock)
            _end = Math.Max(_end, end);
    }
}
