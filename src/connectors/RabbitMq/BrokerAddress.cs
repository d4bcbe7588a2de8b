using System.Globalization;
using Godwit.Core.Problems;

namespace Godwit.Connectors.RabbitMq;

/// <summary>Reads <c>amqp://USER:PASSWORD@HOST:PORT/VHOST?management=http://HOST:15672&amp;stream=HOST:5552</c>, and
/// <c>amqps://</c> for encrypted ones, with <c>ca=FILE</c> among the options.</summary>
/// <param name="Host">Where to ask.</param>
/// <param name="Port">The port for AMQP.</param>
/// <param name="IsEncrypted">Whether the connection is encrypted.</param>
/// <param name="User">Who asks.</param>
/// <param name="Password">Never shown.</param>
/// <param name="VirtualHost">The virtual host that is meant.</param>
/// <param name="Management">Where the management API is.</param>
/// <param name="Streams">Where the stream protocol is spoken, encrypted as AMQP is.</param>
/// <param name="Authority">A file with the certificates that are trusted; null: those that the machine trusts.</param>
internal sealed record BrokerAddress(
    string Host, int Port, bool IsEncrypted, string User, string Password, string VirtualHost, Uri Management,
    (string Host, int Port) Streams, string? Authority)
{
    internal const string Scheme = "amqp";
    internal const string EncryptedScheme = "amqps";

    /// <summary>Where it leads, whoever asks.</summary>
    internal string Place => $"{Host}:{Port}/{VirtualHost}";

    private const string ManagementOption = "management";
    private const string StreamOption = "stream";
    private const string AuthorityOption = "ca";

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
        var options = OptionsOf(uri.Query.TrimStart('?'), shown);
        return new BrokerAddress(
            host,
            uri.Port > 0 ? uri.Port : isEncrypted ? 5671 : 5672,
            isEncrypted,
            user.Length == 2 ? Uri.UnescapeDataString(user[0]) : "guest",
            user.Length == 2 ? Uri.UnescapeDataString(user[1]) : "guest",
            uri.AbsolutePath.Length <= 1 ? "/" : Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            ManagementOf(options.GetValueOrDefault(ManagementOption), host, isEncrypted, shown),
            StreamsOf(options.GetValueOrDefault(StreamOption), host, isEncrypted ? 5551 : 5552, shown),
            AuthorityOf(options.GetValueOrDefault(AuthorityOption), shown));
    }

    private static Dictionary<string, string> OptionsOf(string query, string shown)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, at) = (option.Split('=')[0], option.IndexOf('=', StringComparison.Ordinal));
            if (name is not (ManagementOption or StreamOption or AuthorityOption) || at < 0)
                throw Bad(
                    shown, $"It has no option '{Printable.Text(name)}'; there are 'ca', 'management' and 'stream'.");
            options[name] = Uri.UnescapeDataString(option[(at + 1)..]);
        }
        return options;
    }

    /// <summary>A password that nobody can read on its way to the broker is not to be read on this way
    /// either.</summary>
    private static Uri ManagementOf(string? said, string host, bool isEncrypted, string shown)
    {
        if (said is null)
            return (isEncrypted ? new UriBuilder("https", host, 15671) : new UriBuilder("http", host, 15672)).Uri;
        return Uri.TryCreate(said, UriKind.Absolute, out var place) && place.Scheme is "http" or "https"
            ? place
            : throw Bad(shown, "Its option 'management' is no address that begins with http:// or https://.");
    }

    /// <param name="said">A port, or HOST:PORT.</param>
    private static (string Host, int Port) StreamsOf(string? said, string host, int usual, string shown)
    {
        if (said is null)
            return (host, usual);
        var colon = said.LastIndexOf(':');
        return ushort.TryParse(said.AsSpan(colon + 1), CultureInfo.InvariantCulture, out var port) && port > 0
            && colon != 0
            ? (colon < 0 ? host : said[..colon].Trim('[', ']'), port)
            : throw Bad(shown, "Its option 'stream' is neither a port nor HOST:PORT.");
    }

    private static string? AuthorityOf(string? file, string shown) =>
        file is null || File.Exists(file) ? file : throw Bad(shown, $"There is no file {Printable.Text(file)}.");

    private static GodwitException Bad(string shown, string why) => new(RabbitMqProblems.BadAddress(shown, why));
}
