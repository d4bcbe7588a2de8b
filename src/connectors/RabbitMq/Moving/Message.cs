using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq.Moving;

/// <summary>One message on its way.</summary>
/// <param name="Queue">Where it lay, and will lie.</param>
/// <param name="Ordinal">Which one of its queue it is in its batch, from 0.</param>
/// <param name="RoutingKey">As its producer gave it.</param>
/// <param name="Properties">As its producer gave them, headers among them.</param>
/// <param name="Body">Of the message's own.</param>
internal sealed record Message(
    string Queue, int Ordinal, string RoutingKey, BasicProperties Properties, ReadOnlyMemory<byte> Body);
