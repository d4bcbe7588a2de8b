using Godwit.Connectors.Files.Walking;

namespace Godwit.Connectors.Files.Following;

/// <summary>Files that are written to so often that no copy of them is ever whole; they are left alone for a
/// while.</summary>
/// <remarks>
/// Without this a large file with a busy writer is copied over and over, and everything else waits for it. What is left
/// alone stays touched: a drain tells its key, without a record, so that nobody takes it for equal or for different.
/// The version at the target is an older one, so a scan after a restart finds it by its times. Behind a fence nothing
/// waits, and before a marker nothing that has not been written to since.
/// </remarks>
internal sealed class HotFiles(TimeProvider clock)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Cooled = TimeSpan.FromSeconds(90);

    private readonly Lock _lock = new();
    private readonly Dictionary<byte[], Heat> _files = new(PathBytes.Comparer);

    /// <summary>Time until one of them is tried again.</summary>
    internal TimeSpan UntilNext
    {
        get
        {
            lock (_lock)
                return _files.Values.Where(one => one.IsWaiting).Select(Left).DefaultIfEmpty(TimeSpan.MaxValue).Min();
        }
    }

    /// <summary>A copy found the file changed; it may be tried again at once the first time, and less and less
    /// often.</summary>
    internal void Torn(byte[] path)
    {
        lock (_lock)
        {
            foreach (var (old, _) in _files.Where(one => clock.GetElapsedTime(one.Value.Since) > Cooled).ToList())
                _files.Remove(old);
            var times = _files.TryGetValue(path, out var heat) ? heat.Times + 1 : 0;
            var pause = times == 0 ? TimeSpan.Zero : First * Math.Pow(2, Math.Min(times - 1, 10));
            _files[path] = new Heat(
                times, clock.GetTimestamp(), pause < Longest ? pause : Longest, IsWaiting: times > 0);
        }
    }

    internal bool IsWaiting(byte[] path)
    {
        lock (_lock)
            return _files.TryGetValue(path, out var heat) && heat.IsWaiting;
    }

    /// <summary>Those that are left alone now.</summary>
    internal List<byte[]> Waiting()
    {
        lock (_lock)
            return [.. _files.Where(one => one.Value.IsWaiting).Select(one => one.Key)];
    }

    /// <summary>Those whose time has come.</summary>
    /// <param name="isStillEnough">Whether one is not to wait any more.</param>
    internal List<byte[]> Release(Func<byte[], bool> isStillEnough)
    {
        lock (_lock)
        {
            var ready = _files
                .Where(one => one.Value.IsWaiting && (Left(one.Value) <= TimeSpan.Zero || isStillEnough(one.Key)))
                .Select(one => one.Key)
                .ToList();
            foreach (var path in ready)
                _files[path] = _files[path] with { IsWaiting = false };
            return ready;
        }
    }

    private TimeSpan Left(Heat heat) => heat.Pause - clock.GetElapsedTime(heat.Since);

    private readonly record struct Heat(int Times, long Since, TimeSpan Pause, bool IsWaiting);
}
