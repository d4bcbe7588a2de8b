using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>What decides how two servers can be compared and split.</summary>
/// <param name="Major">Major version; 0 when the other side is no PostgreSQL.</param>
/// <param name="Order">How texts are ordered: encoding, locale and version of the library behind it.</param>
/// <param name="Identity">Which database of which server it is; empty when the user may not know.</param>
/// <param name="Extensions">Those that are installed.</param>
/// <param name="Database">Oid of the database; it stays when that is renamed.</param>
internal sealed record PeerServer(
    int Major, string Order, string Identity, IReadOnlyList<string> Extensions, uint Database)
{
    /// <summary>The other side is something else, or there is none.</summary>
    internal static PeerServer None { get; } = new(0, "", "", [], 0);

    internal static async Task<PeerServer> Read(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // As a number 15.18 is 150018.
        var number = await Query.Number(connection, "SHOW server_version_num", cancellation).ConfigureAwait(false);
        var major = (int)(number!.Value / 10_000);
        // Before version 15 a database does not tell the version of its collations: the server's own stands in.
        var version = major >= 15
            ? "coalesce(pg_database_collation_actual_version(oid), '')"
            : "version()";
        var row = (await Query.Rows(
            connection,
            $"""
            SELECT pg_encoding_to_char(encoding) || ' ' || datcollate || ' ' || {version},
              CASE WHEN has_function_privilege('pg_control_system()', 'EXECUTE')
                THEN (SELECT system_identifier::text FROM pg_control_system()) || '/' || oid ELSE '' END,
              (SELECT string_agg(extname, E'\n') FROM pg_extension), oid
            FROM pg_database WHERE datname = current_database()
            """,
            cancellation).ConfigureAwait(false))[0];
        return new PeerServer(
            major, row[0]!, row[1] ?? "", row[2]?.Split('\n') ?? [],
            uint.Parse(row[3]!, CultureInfo.InvariantCulture));
    }
}
