using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Reads <c>amqp://USER:PASSWORD@HOST:PORT/VHOST?management=http://HOST:15672</c>, and <c>amqps://</c> for
/// encrypted ones.</summary>
/// <param name="Host">Where to ask.</param>
/// <param name="Port">The port for AMQP.</param>
/// <param name="IsEncrypted">Whether the connection is encrypted.</param>
/// <param name="User">Who asks.</param>
/// <param name="Password">Never shown.</param>
/// <param name="VirtualHost">The virtual host that is meant.</param>
/// <param name="Management">Where the management API is.</param>
internal sealed record BrokerAddress(
    string Host, int Port, bool IsEncrypted, string User, string Password, string VirtualHost, Uri Management)
{
    internal const string Scheme = "amqp";
    internal const string EncryptedScheme = "amqps";

    /// <summary>Where it leads, whoever asks.</summary>
    internal string Place => $"{Host}:{Port}/{VirtualHost}";

    private const string ManagementOption = "management=";

    internal static bool IsOurs(string address) =>
        address.StartsWith(Scheme + "://", StringComparison.Ordinal)
        || address.StartsWith(EncryptedScheme + "://", StringComparison.Ordinal);

    /// <exception cref="GodwitException">It is no address of a broker. The text never holds the password.</exception>
    internal static BrokerAddress Parse(string address, string shown)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsOurs(address) || uri.Host.Length == 0)
            throw Bad(shown, "It is not of the form that is expected.");
        var user = uri.UserInfo.Split(':', 2);
        if (user is [{ Length: > 0 }])
            throw Bad(shown, "It names a user without a password.");
        var isEncrypted = uri.Scheme == EncryptedScheme;
        var host = uri.IdnHost.Trim('[', ']');
        return new BrokerAddress(
            host,
            uri.Port > 0 ? uri.Port : isEncrypted ? 5671 : 5672,
            isEncrypted,
            user.Length == 2 ? Uri.UnescapeDataString(user[0]) : "guest",
            user.Length == 2 ? Uri.UnescapeDataString(user[1]) : "guest",
            uri.AbsolutePath.Length <= 1 ? "/" : Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            ManagementOf(uri.Query.TrimStart('?'), host, shown));
    }

    private static Uri ManagementOf(string query, string host, string shown)
    {
        if (query.Length == 0)
            return new UriBuilder("http", host, 15672).Uri;
        if (!query.StartsWith(ManagementOption, StringComparison.Ordinal))
            throw Bad(shown, $"It has no option '{Printable.Text(query.Split('=')[0])}'; there is 'management'.");
        return Uri.TryCreate(Uri.UnescapeDataString(query[ManagementOption.Length..]), UriKind.Absolute, out var place)
            && place.Scheme is "http" or "https"
            ? place
            : throw Bad(shown, "Its option 'management' is no address that begins with http:// or https://.");
    }

    private static GodwitException Bad(string shown, string why) => new(RabbitMqProblems.BadAddress(shown, why));
}
