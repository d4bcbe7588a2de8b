using System.Text.Json;
using Godwit.Core.Problems;
using Godwit.Core.Stores;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Topology;

/// <summary>Makes at a target what the source has. What is there already has to be the same: the broker itself refuses
/// a declaration that differs.</summary>
internal sealed class TopologyWriter(BrokerSession session)
{
    /// <param name="model">From <see cref="TopologyReader"/>.</param>
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

    private static bool IsPolicy(JsonElement what) => TopologyReader.Text(what, "kind") == TopologyReader.Policies;

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

    private static async Task Declare(IChannel channel, JsonElement what, CancellationToken cancellation)
    {
        string Text(string name) => TopologyReader.Text(what, name);
        var arguments = Arguments(what);
        switch (Text("kind"))
        {
            case "exchange":
                await channel.ExchangeDeclareAsync(
                    Text("name"), Text("type"), what.GetProperty("durable").GetBoolean(),
                    what.GetProperty("auto_delete").GetBoolean(), arguments, cancellationToken: cancellation)
                    .ConfigureAwait(false);
                break;
            case "queue":
                if (Text("type") != "classic")
                    arguments["x-queue-type"] = Text("type");
                await channel.QueueDeclareAsync(
                    Text("name"), what.GetProperty("durable").GetBoolean(), exclusive: false, autoDelete: false,
                    arguments, cancellationToken: cancellation).ConfigureAwait(false);
                break;
            case "binding" when Text("destination_type") == "queue":
                await channel.QueueBindAsync(
                    Text("destination"), Text("source"), Text("routing_key"), arguments,
                    cancellationToken: cancellation).ConfigureAwait(false);
                break;
            case "binding":
                await channel.ExchangeBindAsync(
                    Text("destination"), Text("source"), Text("routing_key"), arguments,
                    cancellationToken: cancellation).ConfigureAwait(false);
                break;
            case var kind:
                throw new InvalidOperationException($"A topology has no '{kind}'.");
        }
    }

    private static Dictionary<string, object?> Arguments(JsonElement what)
    {
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (what.TryGetProperty("arguments", out var all) && all.ValueKind == JsonValueKind.Object)
        {
            foreach (var one in all.EnumerateObject())
                arguments[one.Name] = Value(one.Value);
        }
        return arguments;
    }

    private static object? Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number => value.TryGetInt64(out var whole) ? (object)whole : value.GetDouble(),
        JsonValueKind.Array => value.EnumerateArray().Select(Value).ToList(),
        JsonValueKind.Object => value.EnumerateObject().ToDictionary(one => one.Name, one => Value(one.Value)),
        _ => throw new InvalidOperationException($"An argument is {value.ValueKind}."),
    };
}
