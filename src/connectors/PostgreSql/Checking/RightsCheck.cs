using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>Whether anything can be written, and which rights are missing, each with the statement that grants
/// it.</summary>
internal static class RightsCheck
{
    internal static IEnumerable<Problem> OfServer(string shown, int major, ServerFacts facts)
    {
        if (major < 14)
            yield return PostgreSqlProblems.TooOld(shown, major);
        if (facts.IsStandby)
            yield return CheckProblems.ReadOnly(shown, "It is a standby, which only repeats what its primary does.");
        else if (facts.IsReadOnly)
            yield return CheckProblems.ReadOnly(
                shown, "default_transaction_read_only is on for this user or database.");
        if (!facts.MayCreate)
            yield return PostgreSqlProblems.MissingRight(
                shown, "create the schema _godwit", $"GRANT CREATE ON DATABASE {facts.Database} TO {facts.User};");
        if (!facts.MayUseSchema)
            yield return PostgreSqlProblems.MissingRight(
                shown, "write to the schema _godwit, which somebody else has made",
                $"GRANT {facts.User} TO …, or the other way round, so that both own it; or finish the other migration");
        if (!facts.MayBeReplica)
            yield return PostgreSqlProblems.MissingRight(
                shown, "write without firing triggers", major >= 15
                    ? $"GRANT SET ON PARAMETER session_replication_role TO {facts.User};"
                    : $"ALTER ROLE {facts.User} SUPERUSER;");
    }

    internal static async Task<IReadOnlyList<Problem>> OfTables(
        string shown, NpgsqlConnection connection, ServerFacts facts, IReadOnlyList<ScopedStream> streams,
        CancellationToken cancellation)
    {
        var rows = await Query.Rows(
            connection,
            $"""
            SELECT format('%I.%I', s.nspname, c.relname), pg_has_role(c.relowner, 'USAGE'), row_security_active(c.oid),
              has_schema_privilege(s.oid, 'USAGE'), quote_ident(s.nspname)
            FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace WHERE c.oid IN ({TableSql.Oids(streams)})
            """,
            cancellation).ConfigureAwait(false);
        var problems = new List<Problem>();
        foreach (var row in rows)
        {
            if (row[1] != "t")
                problems.Add(PostgreSqlProblems.MissingRight(
                    shown, $"publish {row[0]} and install its fence", $"ALTER TABLE {row[0]} OWNER TO {facts.User};"));
            if (row[2] == "t")
                problems.Add(PostgreSqlProblems.MissingRight(
                    shown, $"read all rows of {row[0]}, some of which row security hides",
                    $"ALTER ROLE {facts.User} BYPASSRLS;"));
        }
        problems.AddRange(rows.Where(row => row[3] != "t").Select(row => row[4]!).Distinct().Select(schema =>
            PostgreSqlProblems.MissingRight(
                shown, $"look into the schema {schema}", $"GRANT USAGE ON SCHEMA {schema} TO {facts.User};")));
        return problems;
    }
}
