using System.Runtime.InteropServices;

namespace Godwit.Bench.Peers;

/// <summary>User and system time of all processes that have been waited for.</summary>
internal static unsafe partial class ProcessorTime
{
    private const int Children = -1;
    private const int LongsInRusage = 18;

    internal static TimeSpan OfChildren()
    {
        var usage = stackalloc long[LongsInRusage];
        if (getrusage(Children, usage) != 0)
            throw new InvalidOperationException($"getrusage failed with {Marshal.GetLastPInvokeError()}.");
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrusage(int who, long* usage);
}
