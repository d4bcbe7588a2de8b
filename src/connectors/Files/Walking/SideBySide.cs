using System.Runtime.ExceptionServices;

namespace Godwit.Connectors.Files.Walking;

/// <summary>Looks into several directories at the same time.</summary>
internal static class SideBySide
{
    /// <summary>Returns when all are done; the first failure is thrown as it was.</summary>
    internal static void ForEach<T>(IEnumerable<T> directories, Action<T> look, CancellationToken cancellation)
    {
        try
        {
            Parallel.ForEach(directories, new ParallelOptions { CancellationToken = cancellation }, look);
        }
        catch (AggregateException several)
        {
            ExceptionDispatchInfo.Throw(several.InnerExceptions[0]);
        }
    }
}
