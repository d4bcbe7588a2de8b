using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Ends connections that nobody uses any more.</summary>
internal static class ConnectionClosing
{
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Twice as long as it takes at most when nothing is wrong.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    /// <summary>Closes it, and never fails: whatever closing runs into is of no interest to who is through with the
    /// connection, and would hide what he was about to say.</summary>
    /// <remarks>
    /// A broker that is stopped while messages are sent to it may leave the client waiting for itself for ever: its
    /// writer has failed, and nobody empties what is to be written (rabbitmq-dotnet-client, issue 1930). Such a
    /// connection is left to itself; the broker knows nothing of it any more.
    /// </remarks>
    internal static Task End(this IConnection connection, TimeProvider clock) =>
        Task.WhenAny(Close(connection), Task.Delay(Longest, clock));

    private static async Task Close(IConnection connection)
    {
        try
        {
            await connection.CloseAsync(
                Constants.ReplySuccess, "Done", Farewell, abort: true, CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
