using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Which rights are missing, each with the statement that grants it.</summary>
internal static class RightsCheck
{
    internal static IEnumerable<Problem> OfServer(string shown, ServerFacts facts)
    {
        if (!facts.MayReplicate)
            yield return PostgreSqlProblems.MissingRight(
                shown, "read the log", "ALTER ROLE current_user REPLICATION;");
        if (!facts.MayCreate)
            yield return PostgreSqlProblems.MissingRight(
                shown, "create the schema _godwit", "GRANT CREATE ON DATABASE current_database TO current_user;");
        if (!facts.MayBeReplica)
            yield return PostgreSqlProblems.MissingRight(
                shown, "write without firing triggers",
                "GRANT SET ON PARAMETER session_replication_role TO current_user; (version 15), or use a superuser");
    }

    internal static async Task<IReadOnlyList<Problem>> OfTables(
        string shown, NpgsqlConnection connection, IReadOnlyList<ScopedStream> streams,
        CancellationToken cancellation)
    {
        var tables = string.Join(
            ", ", streams.Select(one => $"to_regclass({Quote.Text(Quote.Table(one.Schema))})"));
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT s.nspname || '.' || c.relname, pg_has_role(c.relowner, 'USAGE'), row_security_active(c.oid)
            FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.oid IN ({tables})
            """,
            cancellation).ConfigureAwait(false);
        var problems = new List<Problem>();
        foreach (var row in rows)
        {
            if (row[1] != "t")
                problems.Add(PostgreSqlProblems.MissingRight(
                    shown, $"publish {row[0]} and install its fence", $"ALTER TABLE {row[0]} OWNER TO current_user;"));
            if (row[2] == "t")
                problems.Add(PostgreSqlProblems.MissingRight(
                    shown, $"read all rows of {row[0]}, some of which row security hides",
                    "ALTER ROLE current_user BYPASSRLS;"));
        }
        return problems;
    }
}
