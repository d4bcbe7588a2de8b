using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Looks at a broker and changes nothing.</summary>
internal sealed class RabbitMqCheck(BrokerSession session)
{
    /// <summary>Of deliveries of a message of a quorum queue, from RabbitMQ 4 on.</summary>
    private const long DefaultLimit = 20;

    private readonly List<Problem> _problems = [];

    internal async Task<IReadOnlyList<Problem>> Look(
        StoreRole role, IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var facts = await session.Management.TryQueues(cancellation).ConfigureAwait(false);
        if (facts is null)
            _problems.Add(RabbitMqProblems.NoTopology(session.Shown, session.Management.WhyNot));
        var policies = facts is null ? [] : await session.Management.TryPolicies(cancellation).ConfigureAwait(false);
        if (policies is null)
            _problems.Add(RabbitMqProblems.PoliciesUnknown(session.Shown));
        var around = new TopologyCheck(session);
        if (role == StoreRole.Source)
        {
            _problems.AddRange(around.KeepOffOurs(policies ?? [], [session.Names.Taken]));
            _problems.AddRange(await around.LookAround(queues, cancellation).ConfigureAwait(false));
        }
        foreach (var queue in queues)
        {
            var fact = facts?.FirstOrDefault(one => one.Name == queue);
            if (role == StoreRole.Source)
                await LookAtSource(queue, fact, policies ?? [], cancellation).ConfigureAwait(false);
            else
                await LookAtTarget(queue, fact, policies ?? [], cancellation).ConfigureAwait(false);
        }
        var streams = (facts ?? []).Where(one => one.IsStream && queues.Contains(one.Name, StringComparer.Ordinal));
        _problems.AddRange(await new StreamCheck(session).Look(role, [.. streams], cancellation).ConfigureAwait(false));
        if (role == StoreRole.Target && facts is not null)
            _problems.AddRange(await around.Compare(queues, facts, cancellation).ConfigureAwait(false));
        return [.. _problems.Distinct()];
    }

    private async Task LookAtSource(
        string queue, QueueFacts? fact, IReadOnlyList<PolicyFacts> policies, CancellationToken cancellation)
    {
        var there = await Depth(queue, cancellation).ConfigureAwait(false);
        if (there is { Consumers: > 0 } && session.Sent.Number == 0 && fact is not { IsStream: true })
            _problems.Add(RabbitMqProblems.HasConsumers(session.Shown, queue));
        if (fact is null)
            return;
        if (fact.Arguments.ContainsKey("x-message-ttl"))
            _problems.Add(RabbitMqProblems.TimeRestarts(session.Shown, queue));
        var policy = fact.Policy(policies);
        if (policy is not null)
            _problems.Add(RabbitMqProblems.HasPolicy(session.Shown, queue, policy.Name, policy.Definition));
        if (fact.Setting("expires", policy) is { } time)
            _problems.Add(RabbitMqProblems.Expires(session.Shown, queue, time.GetRawText()));
        var limit = fact.DeliveryLimit(policy);
        if (limit is null && fact.Type == "quorum"
            && await session.Version(cancellation).ConfigureAwait(false) >= BrokerVersion.Four)
            limit = DefaultLimit;
        if (limit >= 0)
            _problems.Add(RabbitMqProblems.CountsDeliveries(session.Shown, queue, limit.Value));
    }

    private async Task LookAtTarget(
        string queue, QueueFacts? fact, IReadOnlyList<PolicyFacts> policies, CancellationToken cancellation)
    {
        var there = await Depth(queue, cancellation).ConfigureAwait(false);
        var isOurs = session.Remembers && session.Received.Position is not null;
        if (there is { Messages: > 0 } && !isOurs && fact is not { IsStream: true })
            _problems.Add(RabbitMqProblems.NotEmpty(session.Shown, queue, there.Value.Messages));
        if (there is null && (await session.Management.TryQueues(cancellation).ConfigureAwait(false)) is null)
            _problems.Add(RabbitMqProblems.Missing(session.Shown, $"no queue '{Printable.Text(queue)}'"));
        if (fact?.Rejection(fact.Policy(policies)) is { } by)
            _problems.Add(RabbitMqProblems.Rejects(session.Shown, queue, by));
    }

    /// <summary>Null when there is no such queue.</summary>
    private Task<(long Messages, long Consumers)?> Depth(string queue, CancellationToken cancellation) => session.Ask(
        async channel =>
        {
            try
            {
                var said = await channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
                return ((long, long)?)(said.MessageCount, said.ConsumerCount);
            }
            catch (OperationInterruptedException missing)
                when (missing.ShutdownReason?.ReplyCode == RabbitMqFailures.NotFound)
            {
                return null;
            }
        },
        cancellation);
}
