using System.Text;
using RabbitMQ.Client;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Which release a broker is.</summary>
internal static class BrokerVersion
{
    /// <summary>Whether quorum queues let messages with a priority above 4 overtake others, and drop what was delivered
    /// too often where nobody has set a limit, and queues that end with the broker are on their way out.</summary>
    internal static bool IsFour(Version? version) => version is { Major: >= 4 };

    /// <returns>Null where the broker does not say it in numbers.</returns>
    internal static Version? Of(IConnection connection) =>
        connection.ServerProperties is { } server && server.TryGetValue("version", out var said)
            && said is byte[] text && Version.TryParse(Encoding.UTF8.GetString(text), out var version)
            ? version
            : null;
}
