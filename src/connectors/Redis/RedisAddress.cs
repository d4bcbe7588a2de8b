using System.Globalization;
using Godwit.Connectors.Redis.Clusters;
using Godwit.Connectors.Redis.Protocol;
using Godwit.Core.Problems;

namespace Godwit.Connectors.Redis;

/// <summary>Reads <c>redis://USER:PASSWORD@HOST:PORT/DATABASE</c>, and <c>rediss://</c> for encrypted ones.</summary>
/// <param name="Endpoint">Where to ask.</param>
/// <param name="Database">The database that is meant; null for all of the server.</param>
internal sealed record RedisAddress(RedisEndpoint Endpoint, int? Database)
{
    /// <summary>The option that says which slots of a cluster are meant.</summary>
    internal const string SlotsOption = "slots";

    /// <summary>The option of a part that took over slots of another one.</summary>
    internal const string RecutOption = "recut";

    internal const string Scheme = "redis";
    internal const string EncryptedScheme = "rediss";

    private const int Port = 6379;

    /// <summary>The part of the key space that is meant; null for all of it.</summary>
    internal SlotSet? Slots { get; private init; }

    /// <summary>Whether the part was made when slots had moved: what the target has of it was brought by another
    /// part.</summary>
    internal bool IsRecut { get; private init; }

    /// <summary>The name by which the server that is named, a Sentinel, knows the primary that is meant; null where the
    /// server itself is meant.</summary>
    internal string? Sentinel { get; private init; }

    /// <summary>Whether keys of several databases are meant.</summary>
    internal bool IsServer => Database is null && Slots is null;

    internal static bool IsOurs(string address) =>
        address.StartsWith(Scheme + "://", StringComparison.Ordinal)
        || address.StartsWith(EncryptedScheme + "://", StringComparison.Ordinal);

    /// <exception cref="GodwitException">It is no address of a server. The text never holds the password.</exception>
    internal static RedisAddress Parse(string address, string shown)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsOurs(address) || uri.Host.Length == 0)
            throw Bad(shown, "It is not of the form that is expected.");
        var user = uri.UserInfo.Split(':', 2);
        var endpoint = new RedisEndpoint(uri.IdnHost.Trim('[', ']'), uri.Port > 0 ? uri.Port : Port)
        {
            User = user is [{ Length: > 0 } name, _] ? Uri.UnescapeDataString(name) : null,
            Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null,
            IsEncrypted = uri.Scheme == EncryptedScheme,
        };
        if (user is [{ Length: > 0 }])
            throw Bad(shown, "It names a user without a password.");
        var parsed = new RedisAddress(endpoint, DatabaseOf(uri.AbsolutePath.Trim('/'), shown));
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            parsed = With(parsed, option, shown);
        return parsed;
    }

    private static int? DatabaseOf(string path, string shown) =>
        path.Length == 0 ? null
        : int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Bad(shown, $"'{Printable.Text(path)}' is no number of a database.");

    private static RedisAddress With(RedisAddress address, string option, string shown) => option.Split('=', 2) switch
    {
        ["ca", { Length: > 0 } file] => File.Exists(Uri.UnescapeDataString(file))
            ? address with { Endpoint = address.Endpoint with { Authority = Uri.UnescapeDataString(file) } }
            : throw Bad(shown, $"There is no file {Printable.Text(Uri.UnescapeDataString(file))}."),
        [SlotsOption, { Length: > 0 } text] => SlotSet.TryParse(text, out var slots)
            ? address with { Slots = slots }
            : throw Bad(shown, $"'{Printable.Text(text)}' are no slots of a cluster, which are 0 to 16383."),
        [RecutOption, "1"] when address.Slots is not null => address with { IsRecut = true },
        ["sentinel", { Length: > 0 } name] => address with { Sentinel = Uri.UnescapeDataString(name) },
        var other => throw Bad(
            shown, $"It has no option '{Printable.Text(other[0])}'; there are 'ca', 'sentinel' and '{SlotsOption}'."),
    };

    private static GodwitException Bad(string shown, string why) => new(RedisProblems.BadAddress(shown, why));
}
