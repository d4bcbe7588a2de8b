using System.Net.Sockets;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis.Replication;

/// <summary>Opens a link again and again, with pauses that grow while nothing comes.</summary>
/// <param name="journal">What the link fills; signalled when the link breaks.</param>
/// <param name="clock">For the pauses.</param>
internal sealed class LinkLife(ReplicationJournal journal, TimeProvider clock)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private Problem? _failure;

    /// <summary>Why nothing comes; null while the link stands.</summary>
    internal Problem? Failure => Volatile.Read(ref _failure);

    /// <summary>The link stands.</summary>
    internal void Stands()
    {
        Volatile.Write(ref _failure, null);
        journal.Signal();
    }

    /// <summary>Runs until it is cancelled, or a problem says that trying again is no use.</summary>
    /// <param name="once">One life of the link.</param>
    /// <param name="endpoint">Where it leads, for people.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task Run(
        Func<CancellationToken, Task> once, Func<RedisEndpoint> endpoint, CancellationToken cancellation)
    {
        var pause = FirstPause;
        while (!cancellation.IsCancellationRequested)
        {
            var end = journal.End;
            try
            {
                await once(cancellation).ConfigureAwait(false);
            }
            catch (Exception failure) when (Translate(failure, endpoint, cancellation) is { } problem)
            {
                Volatile.Write(ref _failure, problem);
                journal.Signal();
                if (problem.Recovery == Recovery.Stop)
                    return;
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            pause = journal.End > end ? FirstPause : Longer(pause);
            await Task.Delay(pause, clock, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan Longer(TimeSpan pause) => pause * 2 < LongestPause ? pause * 2 : LongestPause;

    private static Problem? Translate(
        Exception failure, Func<RedisEndpoint> endpoint, CancellationToken cancellation) => failure switch
    {
        GodwitException known => known.Problem,
        _ when cancellation.IsCancellationRequested => null,
        IOException or SocketException or FormatException or ObjectDisposedException or TimeoutException =>
            RedisFailures.Lost(endpoint(), failure).Problem,
        _ => null,
    };
}
