using Godwit.Connectors.RabbitMq.Topology;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Godwit.Core.Stores;

namespace Godwit.Connectors.RabbitMq;

/// <summary>What a virtual host holds: each queue in scope is a stream.</summary>
internal sealed class RabbitMqCatalog(BrokerSession session) : ICatalog
{
    public async Task<Catalog> Read(CancellationToken cancellation)
    {
        var facts = await session.Management.TryQueues(cancellation).ConfigureAwait(false);
        if (facts is null)
            return await ReadWithoutManagement(cancellation).ConfigureAwait(false);
        var (streams, unsupported) = (
            new List<StreamSchema>(), new Dictionary<string, Problem>(StringComparer.Ordinal));
        foreach (var queue in facts.Where(one => session.Scope.Includes(one.Name)))
        {
            if (WhyNot(queue) is { } why)
                unsupported.Add(queue.Name, RabbitMqProblems.NotMovable(session.Shown, queue.Name, why));
            else
                streams.Add(QueueRecords.Schema(queue.Name, queue.Messages, queue.Bytes));
        }
        return new Catalog(streams, unsupported);
    }

    /// <summary>Nothing has to be made where the management API does not say what is there.</summary>
    public async Task<SchemaModel> Model(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var wiring = await new TopologyReader(session.Management)
            .Read([.. streams.Select(one => one.Schema.Name)], cancellation).ConfigureAwait(false);
        return SchemaModel.None(Moving.MessageBatch.FamilyName) with { BeforeCopy = wiring?.Statements ?? [] };
    }

    public Task<IReadOnlyList<Counter>> Counters(
        IReadOnlyList<ScopedStream> streams, CancellationToken cancellation) =>
        cancellation.IsCancellationRequested
            ? Task.FromCanceled<IReadOnlyList<Counter>>(cancellation)
            : Task.FromResult<IReadOnlyList<Counter>>([]);

    public async Task<ScopeCount> Count(ScopedStream stream, CancellationToken cancellation)
    {
        var messages = await session.Ask(
            channel => channel.MessageCountAsync(stream.Schema.Name, cancellation), cancellation)
            .ConfigureAwait(false);
        return new ScopeCount(messages, 0);
    }

    public Task<IReadOnlyList<Problem>> Check(
        StoreRole role, IReadOnlyList<ScopedStream> streams, ISnapshotSource? source, CancellationToken cancellation) =>
        new RabbitMqCheck(session).Look(role, [.. streams.Select(one => one.Schema.Name)], cancellation);

    /// <summary>Queues that a pattern only describes cannot be found then.</summary>
    private async Task<Catalog> ReadWithoutManagement(CancellationToken cancellation)
    {
        if (!session.Scope.IsPlain)
            throw new GodwitException(RabbitMqProblems.NoManagement(
                session.Shown, session.Management.WhyNot, "Queues can only be found by their full names."));
        var streams = new List<StreamSchema>();
        foreach (var queue in session.Scope.Plain)
        {
            var messages = await session.Ask(
                channel => channel.MessageCountAsync(queue, cancellation), cancellation).ConfigureAwait(false);
            streams.Add(QueueRecords.Schema(queue, messages, 0));
        }
        return new Catalog(streams, new Dictionary<string, Problem>());
    }

    private static string? WhyNot(QueueFacts queue) =>
        queue.Type is not ("classic" or "quorum" or "stream") ? $"It is a {queue.Type}: these cannot be moved yet."
        : queue.IsExclusive ? "It belongs to one connection and goes with it."
        : queue.IsAutoDelete ? "It is deleted when its last consumer goes."
        : !queue.IsDurable ? "It is not durable: a restart of the broker would delete it in the middle of the move."
        : queue.Name.StartsWith("amq.", StringComparison.Ordinal)
            ? "The broker named it, and names that begin with amq. cannot be given by anybody else."
        : null;
}
