using Godwit.Engine.Running;

namespace Godwit.Cli.Output;

/// <summary>How quickly a copy goes, over the last seconds, and how long the rest will take at that rate.</summary>
internal sealed class RateMeter(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10);

    private readonly Queue<(long At, long Bytes, long Records)> _seen = new();

    public double BytesPerSecond { get; private set; }

    public double RecordsPerSecond { get; private set; }

    public void See(long bytes, long records)
    {
        var now = clock.GetTimestamp();
        _seen.Enqueue((now, bytes, records));
        while (_seen.Count > 2 && clock.GetElapsedTime(_seen.Peek().At, now) > Window)
            _seen.Dequeue();
        var first = _seen.Peek();
        var seconds = clock.GetElapsedTime(first.At, now).TotalSeconds;
        if (seconds < 0.05)
            return;
        BytesPerSecond = Math.Max(0, bytes - first.Bytes) / seconds;
        RecordsPerSecond = Math.Max(0, records - first.Records) / seconds;
    }

    /// <summary>Null while nobody can say.</summary>
    public TimeSpan? Left(StreamProgress stream)
    {
        var (rest, rate) = stream.Bytes > 0
            ? (stream.Bytes - stream.BytesDone, BytesPerSecond)
            : (stream.Records - stream.RecordsDone, RecordsPerSecond);
        return rate <= 0 ? null : TimeSpan.FromSeconds(Math.Min(Math.Max(0, rest) / rate, 8_640_000));
    }
}
