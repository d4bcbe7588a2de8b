using Godwit.Connectors.RabbitMq.Streams;
using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Looks at a broker and changes nothing.</summary>
internal sealed class RabbitMqCheck(BrokerSession session)
{
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
        if (role == StoreRole.Source)
            KeepOffOurs(policies ?? [], [session.Names.Taken]);
        foreach (var queue in queues)
        {
            var fact = facts?.FirstOrDefault(one => one.Name == queue);
            if (role == StoreRole.Source)
                await LookAtSource(queue, fact, policies ?? [], cancellation).ConfigureAwait(false);
            else
                await LookAtTarget(queue, fact, cancellation).ConfigureAwait(false);
        }
        var streams = (facts ?? []).Where(one => one.IsStream && queues.Contains(one.Name, StringComparer.Ordinal));
        _problems.AddRange(await new StreamCheck(session).Look(role, [.. streams], cancellation).ConfigureAwait(false));
        if (role == StoreRole.Target && facts is not null)
            await Compare(queues, facts, cancellation).ConfigureAwait(false);
        return _problems;
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
        var policy = PolicyFacts.For(queue, isQueue: true, policies);
        if (policy is not null)
            _problems.Add(RabbitMqProblems.HasPolicy(session.Shown, queue, policy.Name, policy.Definition));
        if (fact.Setting("expires", policy) is { } time)
            _problems.Add(RabbitMqProblems.Expires(session.Shown, queue, time.GetRawText()));
        if (fact.Setting("delivery-limit", policy) is { } limit)
            _problems.Add(RabbitMqProblems.CountsDeliveries(session.Shown, queue, limit.GetRawText()));
    }

    private async Task LookAtTarget(string queue, QueueFacts? fact, CancellationToken cancellation)
    {
        var there = await Depth(queue, cancellation).ConfigureAwait(false);
        var isOurs = session.Remembers && session.Received.Position is not null;
        if (there is { Messages: > 0 } && !isOurs && fact is not { IsStream: true })
            _problems.Add(RabbitMqProblems.NotEmpty(session.Shown, queue, there.Value.Messages));
        if (there is null && (await session.Management.TryQueues(cancellation).ConfigureAwait(false)) is null)
            _problems.Add(RabbitMqProblems.Missing(session.Shown, $"no queue '{Printable.Text(queue)}'"));
        if (fact?.Arguments.TryGetValue("x-overflow", out var overflow) == true
            && overflow.GetString()?.StartsWith("reject", StringComparison.Ordinal) == true)
            _problems.Add(RabbitMqProblems.Rejects(session.Shown, queue));
    }

    /// <summary>What is there has to be as it is at the other side.</summary>
    private async Task Compare(
        IReadOnlyList<string> queues, IReadOnlyList<QueueFacts> here, CancellationToken cancellation)
    {
        if (session.Opening.Peer is not { } peer || !BrokerAddress.IsOurs(peer))
            return;
        using var management = new ManagementApi(
            BrokerAddress.Parse(peer, session.Opening.Elsewhere), session.Opening.Elsewhere, session.Opening.Clock);
        var there = await management.TryQueues(cancellation).ConfigureAwait(false);
        foreach (var queue in queues)
        {
            var (ours, theirs) = (
                here.FirstOrDefault(one => one.Name == queue), there?.FirstOrDefault(one => one.Name == queue));
            if (ours is not null && theirs is not null && ours.Definition != theirs.Definition)
                _problems.Add(RabbitMqProblems.Differs(
                    session.Shown, queue, theirs.Definition, ours.Definition));
            if (ours is null && theirs?.Arguments.TryGetValue("x-overflow", out var overflow) == true
                && overflow.GetString()?.StartsWith("reject", StringComparison.Ordinal) == true)
                _problems.Add(RabbitMqProblems.Rejects(session.Shown, queue));
        }
        await ComparePolicies(management, queues, cancellation).ConfigureAwait(false);
        await CompareUsers(management, cancellation).ConfigureAwait(false);
    }

    private async Task ComparePolicies(
        ManagementApi source, IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var (theirs, ours) = (
            await source.TryPolicies(cancellation).ConfigureAwait(false) ?? [],
            await session.Management.TryPolicies(cancellation).ConfigureAwait(false) ?? []);
        var coming = queues.Select(one => PolicyFacts.For(one, isQueue: true, theirs))
            .OfType<PolicyFacts>().Distinct().ToList();
        foreach (var policy in coming)
        {
            if (ours.FirstOrDefault(one => one.Name == policy.Name) is { } there
                && there.Definition != policy.Definition)
                _problems.Add(RabbitMqProblems.PolicyDiffers(
                    session.Shown, policy.Name, policy.Definition, there.Definition));
        }
        var all = ours.Concat(coming.Where(one => ours.All(other => other.Name != one.Name))).ToList();
        KeepOffOurs(all, [.. queues.Select(session.Names.Tracker), session.Names.Taken]);
    }

    private void KeepOffOurs(IReadOnlyList<PolicyFacts> policies, IEnumerable<string> names)
    {
        var ours = names.Select(one => PolicyFacts.For(one, isQueue: true, policies));
        foreach (var policy in ours.OfType<PolicyFacts>().Distinct())
        {
            if (policy.HasLimits)
                _problems.Add(RabbitMqProblems.PolicyOverOurs(session.Shown, policy.Name, policy.Pattern));
        }
    }

    private async Task CompareUsers(ManagementApi source, CancellationToken cancellation)
    {
        var (theirs, ours) = (
            await source.TryUsers(cancellation).ConfigureAwait(false),
            await session.Management.TryUsers(cancellation).ConfigureAwait(false));
        if (theirs is null || ours is null)
            _problems.Add(RabbitMqProblems.UsersUnknown(session.Shown));
        else if (theirs.Except(ours, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()
            is { Count: > 0 } missing)
            _problems.Add(RabbitMqProblems.UsersMissing(session.Shown, string.Join(", ", missing)));
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
