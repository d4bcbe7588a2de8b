using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Looks at what is around queues, at one side or between both, and changes nothing.</summary>
internal sealed class TopologyCheck(BrokerSession session)
{
    private const int MostNamed = 5;

    private readonly List<Problem> _problems = [];

    /// <returns>Which exchanges of this side go along while some of their queues do not, and which policies come with
    /// them.</returns>
    internal async Task<IReadOnlyList<Problem>> LookAround(
        IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var wiring = await new TopologyReader(session.Management).Read(queues, cancellation).ConfigureAwait(false);
        if (wiring is null)
            return [];
        var applied = wiring.Exchanges.Where(one => one.IsUsers)
            .Select(one => (one.Name, Policy: PolicyFacts.For(one.Name, PolicyFacts.Exchange, wiring.Policies)))
            .Where(one => one.Policy is not null).DistinctBy(one => one.Policy!.Name)
            .ExceptBy(wiring.Queues.Select(one => one.Policy(wiring.Policies)?.Name), one => one.Policy!.Name);
        return
        [
            .. wiring.Strays.GroupBy(one => one.Exchange, one => one.Queue, StringComparer.Ordinal).Select(one =>
                RabbitMqProblems.LeadsElsewhere(session.Shown, one.Key, Named(one))),
            .. applied.Select(one => RabbitMqProblems.HasPolicy(
                session.Shown, one.Name, one.Policy!.Name, one.Policy.Definition)),
        ];
    }

    /// <summary>What is here has to be as it is at the other side.</summary>
    /// <returns>What is not.</returns>
    internal async Task<IReadOnlyList<Problem>> Compare(
        IReadOnlyList<string> queues, IReadOnlyList<QueueFacts> here, CancellationToken cancellation)
    {
        if (session.Opening.Peer is not { } peer || !BrokerAddress.IsOurs(peer))
            return [];
        using var management = new ManagementApi(
            BrokerAddress.Parse(peer, session.Opening.Elsewhere), session.Opening.Elsewhere, session.Opening.Clock);
        var there = await new TopologyReader(management).Read(queues, cancellation).ConfigureAwait(false);
        var policies = await session.Management.TryPolicies(cancellation).ConfigureAwait(false) ?? [];
        var all = policies
            .Concat((there?.Policies ?? []).ExceptBy(policies.Select(one => one.Name), one => one.Name)).ToList();
        _problems.AddRange(KeepOffOurs(all, [.. queues.Select(session.Names.Tracker), session.Names.Taken]));
        if (there is not null)
        {
            ComparePolicies(there, policies);
            CompareQueues(there, here, all);
            await CompareExchanges(there, cancellation).ConfigureAwait(false);
            await CompareBindings(there, queues, cancellation).ConfigureAwait(false);
        }
        await CompareUsers(management, cancellation).ConfigureAwait(false);
        return _problems;
    }

    /// <param name="policies">That will be here.</param>
    private void CompareQueues(
        Wiring there, IReadOnlyList<QueueFacts> here, IReadOnlyList<PolicyFacts> policies)
    {
        foreach (var theirs in there.Queues)
        {
            var ours = here.FirstOrDefault(one => one.Name == theirs.Name);
            if (ours is not null && ours.Definition != theirs.Definition)
                _problems.Add(RabbitMqProblems.Differs(
                    session.Shown, theirs.Name, theirs.Definition, ours.Definition));
            if ((ours ?? theirs).Rejection((ours ?? theirs).Policy(policies)) is { } by)
                _problems.Add(RabbitMqProblems.Rejects(session.Shown, theirs.Name, by));
        }
    }

    private async Task CompareExchanges(Wiring there, CancellationToken cancellation)
    {
        var here = await session.Management.TryExchanges(cancellation).ConfigureAwait(false) ?? [];
        foreach (var theirs in there.Exchanges.Where(one => one.IsUsers))
        {
            if (here.FirstOrDefault(one => one.Name == theirs.Name) is { } ours && ours.Definition != theirs.Definition)
                _problems.Add(RabbitMqProblems.ExchangeDiffers(
                    session.Shown, theirs.Name, theirs.Definition, ours.Definition));
        }
    }

    /// <summary>Bindings that are not here will be made; others stay, and queues get more than at the other
    /// side.</summary>
    private async Task CompareBindings(Wiring there, IReadOnlyList<string> queues, CancellationToken cancellation)
    {
        var theirs = there.Bindings.Select(one => one.Definition).ToHashSet(StringComparer.Ordinal);
        var here = await session.Management.TryBindings(cancellation).ConfigureAwait(false) ?? [];
        var exchanges = there.Exchanges.Select(one => one.Name).ToHashSet(StringComparer.Ordinal);
        var more = here.Where(one => !one.IsImplied
            && (one.IsToQueue ? queues.Contains(one.Destination, StringComparer.Ordinal)
                : exchanges.Contains(one.Destination))
            && !one.Source.StartsWith(BrokerNames.Prefix, StringComparison.Ordinal)
            && !theirs.Contains(one.Definition));
        if (more.Select(one => one.Definition).ToList() is { Count: > 0 } named)
            _problems.Add(RabbitMqProblems.BoundOtherwise(session.Shown, Named(named)));
    }

    private void ComparePolicies(Wiring there, IReadOnlyList<PolicyFacts> here)
    {
        foreach (var theirs in there.Policies)
        {
            if (here.FirstOrDefault(one => one.Name == theirs.Name) is { } ours
                && ours.Definition != theirs.Definition)
                _problems.Add(RabbitMqProblems.PolicyDiffers(
                    session.Shown, theirs.Name, theirs.Definition, ours.Definition));
        }
    }

    /// <returns>Which policies would apply to queues of Godwit's own.</returns>
    internal IReadOnlyList<Problem> KeepOffOurs(IReadOnlyList<PolicyFacts> policies, IEnumerable<string> names) =>
    [
        .. names.Select(one => PolicyFacts.For(one, "classic", policies)).OfType<PolicyFacts>().Distinct()
            .Where(one => one.HasLimits)
            .Select(one => RabbitMqProblems.PolicyOverOurs(session.Shown, one.Name, one.Pattern)),
    ];

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

    private static string Named(IEnumerable<string> some)
    {
        var all = some.ToList();
        return string.Join(", ", all.Take(MostNamed))
            + (all.Count > MostNamed ? $" and {all.Count - MostNamed} more" : "");
    }
}
