using System.Globalization;
using System.Text;

namespace Godwit.Connectors.RabbitMq.Streams;

/// <summary>What is said first on a connection.</summary>
internal sealed class StreamLogin(StreamConnection connection, BrokerAddress address)
{
    private const string Mechanism = "PLAIN";

    /// <summary>Afterwards the broker tunes the connection.</summary>
    internal async Task Authenticate(string migration, CancellationToken cancellation)
    {
        await connection.Ask(
            StreamCommand.PeerProperties, frame => Properties(frame, migration), address.VirtualHost, cancellation)
            .ConfigureAwait(false);
        await connection.Ask(StreamCommand.SaslHandshake, _ => { }, address.VirtualHost, cancellation)
            .ConfigureAwait(false);
        await connection.Ask(
            StreamCommand.SaslAuthenticate,
            frame => frame.Text(Mechanism).Bytes(Encoding.UTF8.GetBytes($"\0{address.User}\0{address.Password}")),
            address.VirtualHost, cancellation).ConfigureAwait(false);
    }

    /// <returns>The place that the broker advertises; empty where it advertises none.</returns>
    internal async Task<string> Enter(string virtualHost, CancellationToken cancellation)
    {
        var answer = await connection.Ask(
            StreamCommand.Open, frame => frame.Text(virtualHost), virtualHost, cancellation).ConfigureAwait(false);
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = answer.Rest.Length > 0 ? answer.UInt32() : 0; left > 0; left--)
            said[answer.Text()] = answer.Text();
        return said.TryGetValue("advertised_host", out var host) && said.TryGetValue("advertised_port", out var port)
            ? string.Create(CultureInfo.InvariantCulture, $"{host}:{port}")
            : "";
    }

    private static void Properties(Frame frame, string migration) => frame.UInt32(2)
        .Text("product").Text("Godwit")
        .Text("connection_name").Text($"godwit {migration}");
}
