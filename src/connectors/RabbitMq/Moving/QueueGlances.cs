using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Asks a broker again and again how a queue stands.</summary>
internal sealed class QueueGlances(IChannel channel, string queue, TimeProvider clock)
{
    /// <summary>So many fill ten seconds.</summary>
    internal const int Patience = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Asks until the answer is as it is wanted, or so often.</summary>
    /// <returns>The last answer, and whether it is as it is wanted.</returns>
    internal async Task<(bool IsSo, QueueDeclareOk Said)> Until(
        Func<QueueDeclareOk, bool> wanted, int most, CancellationToken cancellation)
    {
        while (true)
        {
            var said = await channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
            var isSo = wanted(said);
            if (isSo || --most <= 0)
                return (isSo, said);
            await Task.Delay(Pause, clock, cancellation).ConfigureAwait(false);
        }
    }
}
