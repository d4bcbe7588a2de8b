using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Reads <c>postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=require</c>.</summary>
internal static class PostgreSqlAddress
{
    internal const string Scheme = "postgres";

    internal static bool IsOurs(string address) =>
        address.StartsWith(Scheme + "://", StringComparison.Ordinal);

    /// <exception cref="GodwitException">It is no address of a database. The text never holds the password.</exception>
    internal static NpgsqlConnectionStringBuilder Parse(string address, string shown)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || !IsOurs(address))
            throw new GodwitException(PostgreSqlProblems.BadAddress(shown, "It is not of the form that is expected."));
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length > 0 ? uri.Host : "localhost",
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath.Trim('/')),
        };
        var user = uri.UserInfo.Split(':', 2);
        settings.Username = Uri.UnescapeDataString(user[0]);
        if (user.Length == 2)
            settings.Password = Uri.UnescapeDataString(user[1]);
        if (settings.Database.Length == 0)
            throw new GodwitException(PostgreSqlProblems.BadAddress(shown, "It names no database."));
        if (settings.Username.Length == 0)
            throw new GodwitException(PostgreSqlProblems.BadAddress(shown, "It names no user."));
        foreach (var option in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            Apply(settings, option, shown);
        return settings;
    }

    private static void Apply(NpgsqlConnectionStringBuilder settings, string option, string shown)
    {
        var (name, value) = option.Split('=', 2) is [var left, var right]
            ? (left, Uri.UnescapeDataString(right))
            : (option, "");
        switch (name)
        {
            case "host":
                settings.Host = value;
                break;
            case "sslmode":
                settings.SslMode = Enum.TryParse<SslMode>(
                    value.Replace("-", "", StringComparison.Ordinal), ignoreCase: true, out var mode)
                    ? mode
                    : throw new GodwitException(PostgreSqlProblems.BadAddress(
                        shown, $"'{Printable.Text(value)}' is no sslmode."));
                break;
            case "sslrootcert":
                settings.RootCertificate = value;
                break;
            case "sslcert":
                settings.SslCertificate = value;
                break;
            case "sslkey":
                settings.SslKey = value;
                break;
            default:
                throw new GodwitException(PostgreSqlProblems.BadAddress(
                    shown,
                    $"'{Printable.Text(name)}' is not known: host, sslmode, sslrootcert, sslcert and sslkey are."));
        }
    }
}
