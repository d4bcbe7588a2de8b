namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>The broker ends the connection, and says why.</summary>
internal sealed class StreamClosedException(ushort code, string reason) : IOException($"The broker closes: {reason}")
{
    /// <summary>One of <see cref="StreamCode"/>.</summary>
    internal ushort Code => code;
}
