using System.Text;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Which release a broker is.</summary>
internal static class BrokerVersion
{
    /// <summary>From this one on, quorum queues let messages with a priority above 4 overtake others, and drop what was
    /// delivered too often where nobody has set a limit, and queues that end with the broker are on their way
    /// out.</summary>
    internal static readonly Version Four = new(4, 0);

    /// <summary>From this one on, quorum queues have a level for each priority, and what has none counts as
    /// 4.</summary>
    internal static readonly Version FourThree = new(4, 3);

    /// <returns>Null where the broker does not say it in numbers.</returns>
    internal static Version? Of(IConnection connection) =>
        connection.ServerProperties is { } server && server.TryGetValue("version", out var said)
            && said is byte[] text
            ? Of(Encoding.UTF8.GetString(text))
            : null;

    /// <summary>Without what a pre-release or a package adds, as in <c>4.0.0-rc.1</c>.</summary>
    internal static Version? Of(string said) =>
        Version.TryParse(string.Concat(said.TakeWhile(one => char.IsAsciiDigit(one) || one == '.')), out var version)
            ? version
            : null;
}
