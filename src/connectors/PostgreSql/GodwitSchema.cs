using Godwit.Connectors.PostgreSql.Sql;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>The schema <c>_godwit</c>, shared by all migrations that use a database; each has its rows there.</summary>
internal static class GodwitSchema
{
    private const string Tables =
        """
        CREATE SCHEMA IF NOT EXISTS _godwit;
        CREATE TABLE IF NOT EXISTS _godwit.sources (mark text PRIMARY KEY, start_lsn pg_lsn NOT NULL);
        CREATE TABLE IF NOT EXISTS _godwit.targets (mark text PRIMARY KEY, made_schema boolean NOT NULL);
        CREATE TABLE IF NOT EXISTS _godwit.positions (mark text PRIMARY KEY, position text NOT NULL);
        CREATE TABLE IF NOT EXISTS _godwit.unproved (
          mark text, relation text, name text, PRIMARY KEY (mark, relation, name));
        CREATE TABLE IF NOT EXISTS _godwit.chunks (
          mark text, stream integer, index integer, visibility text NOT NULL, records bigint NOT NULL,
          bytes bigint NOT NULL, PRIMARY KEY (mark, stream, index));
        """;

    internal static async Task Create(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Two that create the same at once disturb each other: one after the other.
        await Query.Run(connection, "SELECT pg_advisory_lock(8027415318)", cancellation).ConfigureAwait(false);
        try
        {
            if (!await Exists(connection, "chunks", cancellation).ConfigureAwait(false))
                await Query.Run(connection, Tables, cancellation).ConfigureAwait(false);
        }
        finally
        {
            await Query.Run(connection, "SELECT pg_advisory_unlock(8027415318)", CancellationToken.None)
                .ConfigureAwait(false);
        }
    }

    internal static async Task<bool> Exists(
        NpgsqlConnection connection, string table, CancellationToken cancellation) =>
        await Query.One(connection, $"SELECT to_regclass('_godwit.{table}')", cancellation).ConfigureAwait(false)
            is not null;

    /// <summary>Drops the schema when no migration has anything in it.</summary>
    internal static async Task DropWhenEmpty(NpgsqlConnection connection, CancellationToken cancellation)
    {
        if (!await Exists(connection, "chunks", cancellation).ConfigureAwait(false))
            return;
        var left = await Query.Number(
            connection,
            """
            SELECT (SELECT count(*) FROM _godwit.sources) + (SELECT count(*) FROM _godwit.targets)
              + (SELECT count(*) FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
                 WHERE s.nspname = '_godwit' AND c.relkind = 'S')
            """,
            cancellation).ConfigureAwait(false);
        if (left == 0)
            await Query.Run(connection, "DROP SCHEMA _godwit CASCADE", cancellation).ConfigureAwait(false);
    }
}
