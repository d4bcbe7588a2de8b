using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Whether as many connections can be opened as a migration takes at its busiest.</summary>
internal static class ConnectionCheck
{
    /// <summary>Four that copy, and those that follow, verify, look and fence.</summary>
    internal const int Wanted = 12;

    internal static async Task<IEnumerable<Problem>> Run(
        string shown, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            """
            WITH s AS (SELECT usename, datname FROM pg_stat_activity WHERE backend_type = 'client backend')
            SELECT 'max_connections', (SELECT count(*) FROM s), current_setting('max_connections')::int
              - CASE WHEN current_setting('is_superuser') = 'on' THEN 0
                ELSE current_setting('superuser_reserved_connections')::int END
            UNION ALL SELECT 'the connection limit of the role', (SELECT count(*) FROM s WHERE usename = current_user),
              rolconnlimit FROM pg_roles WHERE rolname = current_user AND rolconnlimit >= 0 AND NOT rolsuper
            UNION ALL SELECT 'the connection limit of the database',
              (SELECT count(*) FROM s WHERE datname = current_database()), datconnlimit
            FROM pg_database WHERE datname = current_database() AND datconnlimit >= 0
              AND current_setting('is_superuser') = 'off'
            """,
            cancellation).ConfigureAwait(false);
        var tightest = rows.Select(row => (Setting: row[0]!, Free: Number(row[2]) - Number(row[1])))
            .MinBy(one => one.Free);
        return tightest.Free < Wanted
            ? [CheckProblems.FewConnections(shown, Math.Max(0, tightest.Free), Wanted, tightest.Setting)]
            : [];
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
