using System.Text.Json;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Makes at a target what the source has. What is there already has to be the same: the broker itself refuses
/// a declaration that differs.</summary>
internal sealed class TopologyWriter(BrokerSession session)
{
    /// <param name="model">With <see cref="Wiring.Statements"/>.</param>
    /// <param name="queues">That have to be there afterwards.</param>
    /// <param name="mustBeEmpty">Whether they may not hold messages.</param>
    internal async Task Create(
        SchemaModel model, IReadOnlyList<string> queues, bool mustBeEmpty, CancellationToken cancellation)
    {
        var all = model.BeforeCopy.Select(Parsed).ToList();
        await MakePolicies([.. all.Where(IsPolicy).Select(PolicyFacts.Of)], cancellation).ConfigureAwait(false);
        await session.Ask(
            async channel =>
            {
                foreach (var what in all.Where(one => !IsPolicy(one)))
                    await Declare(channel, what, cancellation).ConfigureAwait(false);
                foreach (var queue in queues)
                {
                    var there = await channel.QueueDeclarePassiveAsync(queue, cancellation).ConfigureAwait(false);
                    if (mustBeEmpty && there.MessageCount > 0)
                        throw new GodwitException(
                            RabbitMqProblems.NotEmpty(session.Shown, queue, there.MessageCount));
                }
            },
            cancellation).ConfigureAwait(false);
    }

    private static JsonElement Parsed(string statement)
    {
        using var json = JsonDocument.Parse(statement);
        return json.RootElement.Clone();
    }

    private static string Kind(JsonElement what) => what.GetProperty("kind").GetString() ?? "";

    private static bool IsPolicy(JsonElement what) => Kind(what) == Wiring.Policy;

    /// <summary>A policy that is there already stays as it is: somebody made it on purpose.</summary>
    private async Task MakePolicies(IReadOnlyList<PolicyFacts> policies, CancellationToken cancellation)
    {
        if (policies.Count == 0)
            return;
        var there = await session.Management.TryPolicies(cancellation).ConfigureAwait(false)
            ?? throw new GodwitException(RabbitMqProblems.PolicyNotMade(
                session.Shown, policies[0].Name, policies[0].Definition, session.Management.WhyNot));
        foreach (var policy in policies.Where(one => there.All(other => other.Name != one.Name)))
            await session.Management.Put(policy, cancellation).ConfigureAwait(false);
    }

    private async Task Declare(IChannel channel, JsonElement what, CancellationToken cancellation)
    {
        switch (Kind(what))
        {
            case "exchange":
                await Declare(channel, ExchangeFacts.Of(what), cancellation).ConfigureAwait(false);
                break;
            case "queue":
                await Declare(channel, QueueFacts.Of(what), cancellation).ConfigureAwait(false);
                break;
            case "binding":
                await Bind(channel, BindingFacts.Of(what), cancellation).ConfigureAwait(false);
                break;
            case var kind:
                throw new InvalidOperationException($"A topology has no '{kind}'.");
        }
    }

    /// <summary>That an exchange is internal is a word of AMQP which the client library does not say.</summary>
    private async Task Declare(IChannel channel, ExchangeFacts exchange, CancellationToken cancellation)
    {
        if (exchange.IsInternal && !await IsThere(exchange, cancellation).ConfigureAwait(false))
            await session.Management.Put(exchange, cancellation).ConfigureAwait(false);
        else if (!exchange.IsInternal)
            await channel.ExchangeDeclareAsync(
                exchange.Name, exchange.Type, exchange.IsDurable, exchange.IsAutoDelete,
                BrokerArguments.Values(exchange.All), cancellationToken: cancellation).ConfigureAwait(false);
    }

    /// <summary>Asked on a channel of its own: a refusal closes it.</summary>
    private Task<bool> IsThere(ExchangeFacts exchange, CancellationToken cancellation) => session.Ask(
        async channel =>
        {
            try
            {
                await channel.ExchangeDeclarePassiveAsync(exchange.Name, cancellation).ConfigureAwait(false);
                return true;
            }
            catch (OperationInterruptedException missing)
                when (missing.ShutdownReason?.ReplyCode == RabbitMqFailures.NotFound)
            {
                return false;
            }
        },
        cancellation);

    private static async Task Declare(IChannel channel, QueueFacts queue, CancellationToken cancellation)
    {
        var arguments = BrokerArguments.Values(queue.All);
        if (queue.Type != "classic")
            arguments["x-queue-type"] = queue.Type;
        await channel.QueueDeclareAsync(
            queue.Name, queue.IsDurable, exclusive: false, autoDelete: false, arguments,
            cancellationToken: cancellation).ConfigureAwait(false);
    }

    private static async Task Bind(IChannel channel, BindingFacts binding, CancellationToken cancellation)
    {
        var arguments = BrokerArguments.Values(binding.All);
        if (binding.IsToQueue)
            await channel.QueueBindAsync(
                binding.Destination, binding.Source, binding.RoutingKey, arguments, cancellationToken: cancellation)
                .ConfigureAwait(false);
        else
            await channel.ExchangeBindAsync(
                binding.Destination, binding.Source, binding.RoutingKey, arguments, cancellationToken: cancellation)
                .ConfigureAwait(false);
    }
}
