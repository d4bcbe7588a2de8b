using System.Globalization;

namespace Godwit.Bench.Peers;

/// <summary>Watches the most memory that a process and its descendants hold together.</summary>
/// <remarks>
/// The kernel keeps each process's own peak (VmHWM), so looking now and then misses little: only what is new since the
/// last look of a process. Pages that processes share are counted in each.
/// </remarks>
internal sealed class MemoryWatch : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly int _root;
    private readonly Thread _thread;
    private volatile bool _ended;
    private long _peak;

    internal MemoryWatch(int root)
    {
        _root = root;
        _thread = new Thread(Watch) { IsBackground = true };
        _thread.Start();
    }

    internal long Peak => Interlocked.Read(ref _peak);

    public void Dispose()
    {
        _ended = true;
        _thread.Join();
    }

    private void Watch()
    {
        while (!_ended)
        {
            Interlocked.Exchange(ref _peak, Math.Max(Peak, Tree(_root)));
            Thread.Sleep(Pause);
        }
    }

    private static long Tree(int process)
    {
        try
        {
            var folder = $"/proc/{process}";
            var status = File.ReadLines($"{folder}/status").FirstOrDefault(IsPeak);
            var own = status is null ? 0 : Number(status.AsSpan(6, status.Length - 8)) * 1024;
            var children = from task in Directory.EnumerateDirectories($"{folder}/task")
                           from child in File.ReadAllText($"{task}/children").Split(' ')
                           where child.Length > 0
                           select Tree((int)Number(child));
            return own + children.Sum();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0; // It ended while we looked.
        }
    }

    private static bool IsPeak(string line) => line.StartsWith("VmHWM:", StringComparison.Ordinal);

    private static long Number(ReadOnlySpan<char> text) => long.Parse(text.Trim(), CultureInfo.InvariantCulture);
}
