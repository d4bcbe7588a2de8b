using System.Diagnostics;

namespace Godwit.Bench.Peers;

/// <summary>Godwit as its users run it; killed when it is disposed of.</summary>
/// <param name="place">Where its file and its state are.</param>
/// <param name="from">The source's address.</param>
/// <param name="to">The target's.</param>
internal sealed class GodwitQueueMover(Place place, string from, string to) : IQueueMover, IDisposable
{
    private readonly Migration _migration = new(place);
    private Background? _process;

    public string Name => Contender.Godwit;

    public TimeSpan? ProcessorTime
    {
        get
        {
            using var process = Process.GetProcessById(Running.Id);
            return process.TotalProcessorTime;
        }
    }

    private Background Running => _process ?? throw new InvalidOperationException("Godwit does not run.");

    public void Start()
    {
        _migration.Write(from, to, "hybrid");
        _process = new Background(_migration.Run());
    }

    public void Crash()
    {
        Running.Dispose();
        _process = new Background(_migration.Run());
    }

    public void Stop()
    {
        if (Running.HasEnded)
            throw new InvalidOperationException("Godwit did not stay: " + Running.Finish());
        Running.Dispose();
        _process = null;
    }

    public void Dispose() => _process?.Dispose();
}
