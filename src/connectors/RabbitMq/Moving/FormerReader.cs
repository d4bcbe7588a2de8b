using Godwit.Core.Problems;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>Who read a queue before us, as a rule ourselves over an earlier connection. Until the queue has heard that
/// it is over, messages are not back at their places.</summary>
internal sealed class FormerReader(BrokerSession session, BrokerLink link, IChannel channel, bool hasRestarted)
{
    private const int Repeats = 5;

    /// <summary>So often a consumer may be there still, at about ten seconds each.</summary>
    private const int Patience = 12;

    /// <summary>An earlier connection of ours may be over while its queue has not heard of it: until then messages are
    /// not back at their places. That takes a while where the broker restarts.</summary>
    internal async Task LetsGo(SourceQueue queue, CancellationToken cancellation)
    {
        if (hasRestarted && session.Sent.Number > 0 && queue.IsQuorum
            && !await HasLeader(queue.Name, cancellation).ConfigureAwait(false))
        {
            await Probe(queue.Name, cancellation).ConfigureAwait(false);
            return;
        }
        if (!await IsAlone(queue, cancellation).ConfigureAwait(false))
            throw new GodwitException(WhoConsumes(queue.Name));
        session.TimesNotAlone = 0;
    }

    /// <summary>A quorum queue that is too busy to answer says that nothing and nobody is there: that is believed when
    /// it is said again and again.</summary>
    private async Task<bool> IsAlone(SourceQueue queue, CancellationToken cancellation)
    {
        var silences = 0;
        var (isAlone, _) = await Glances(channel, queue.Name).Until(
            said =>
            {
                silences = said.ConsumerCount == 0 ? silences + 1 : 0;
                return silences > 0 && (!queue.MayTurnOver || said.MessageCount > 0 || silences >= Repeats);
            },
            QueueGlances.Patience, cancellation).ConfigureAwait(false);
        return isAlone;
    }

    /// <summary>Once we have read here it is ourselves, as a rule.</summary>
    private Problem WhoConsumes(string queue) => session.Sent.Number > 0 && ++session.TimesNotAlone < Patience
        ? RabbitMqProblems.Busy(session.Shown, queue)
        : RabbitMqProblems.HasConsumers(session.Shown, queue);

    /// <summary>Whether a quorum queue tells of messages, and of no consumer, before long.</summary>
    /// <returns>False where it has no leader, or no messages: these look the same.</returns>
    private async Task<bool> HasLeader(string queue, CancellationToken cancellation)
    {
        var (hasLeader, _) = await Glances(channel, queue).Until(
            said => said is { ConsumerCount: 0, MessageCount: > 0 }, QueueGlances.Patience / 2, cancellation)
            .ConfigureAwait(false);
        return hasLeader;
    }

    /// <summary>A quorum queue remembers consumers across a restart until it has a leader again, and tells nothing
    /// before that. Whoever consumes next to such a one gets messages out of order; so somebody does first who takes
    /// only one, and gives it back. Not where messages are known to wait: the one would go behind those that came back
    /// with it.</summary>
    private async Task Probe(string queue, CancellationToken cancellation)
    {
        var probing = await link.Channel(null, cancellation).ConfigureAwait(false);
        await using var _ = probing.ConfigureAwait(false);
        await probing.BasicQosAsync(0, 1, global: false, cancellation).ConfigureAwait(false);
        await probing.BasicConsumeAsync(
            queue, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments: null,
            new AsyncDefaultBasicConsumer(probing), cancellation).ConfigureAwait(false);
        await WaitForConsumers(probing, queue, 1, cancellation).ConfigureAwait(false);
        await probing.CloseAsync(cancellation).ConfigureAwait(false);
        await WaitForConsumers(channel, queue, 0, cancellation).ConfigureAwait(false);
    }

    /// <exception cref="GodwitException">More, or fewer, still consume after a while.</exception>
    private async Task WaitForConsumers(IChannel over, string queue, uint count, CancellationToken cancellation)
    {
        var (isSo, _) = await Glances(over, queue).Until(
            said => said.ConsumerCount == count, QueueGlances.Patience, cancellation).ConfigureAwait(false);
        if (!isSo)
            throw new GodwitException(RabbitMqProblems.Busy(session.Shown, queue));
    }

    private QueueGlances Glances(IChannel over, string queue) => new(over, queue, session.Opening.Clock);
}
