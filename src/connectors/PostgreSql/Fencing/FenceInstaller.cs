using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Fencing;

/// <summary>Installs and removes the sequence, the functions and the triggers of a fence.</summary>
/// <remarks>
/// <para>Godwit's own writes pass: they are made as a replica, for which ordinary triggers do not fire.</para>
/// <para>Whether the fence is up is a trigger's condition, which the server evaluates without calling the trigger's
/// function: while it is down, a writer pays for a look at a sequence. Everybody may look, for who may not would be
/// told nothing and pass.</para>
/// </remarks>
internal sealed class FenceInstaller(PostgreSqlStore store, NpgsqlConnection connection)
{
    private const string LongestWait = "300ms";

    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);

    private PostgreSqlNames Names => store.Names;

    internal async Task Install(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        await Run(
            $"""
            CREATE SEQUENCE IF NOT EXISTS {Names.Fence} MINVALUE 1 MAXVALUE 2 START 1;
            GRANT SELECT ON SEQUENCE {Names.Fence} TO PUBLIC;
            """,
            cancellation).ConfigureAwait(false);
        var there = (await Query.Rows(
            connection,
            $"SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE {Like} AND NOT tgisinternal",
            cancellation).ConfigureAwait(false)).Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var stream in streams)
        {
            await Run(Function(stream), cancellation).ConfigureAwait(false);
            var name = await Query.One(
                connection, $"SELECT {Quote.Text(Quote.Table(stream.Schema))}::regclass::text", cancellation)
                .ConfigureAwait(false);
            if (there.Contains(name))
                continue;
            foreach (var trigger in Triggers(stream))
                await RunBriefly(trigger, cancellation).ConfigureAwait(false);
        }
    }

    internal async Task Remove(CancellationToken cancellation)
    {
        var triggers = await Query.Rows(
            connection,
            $"""
            SELECT tgname, tgrelid::regclass::text FROM pg_trigger
            WHERE tgname LIKE {Like} AND NOT tgisinternal AND tgparentid = 0
            """,
            cancellation).ConfigureAwait(false);
        foreach (var row in triggers)
            await RunBriefly($"DROP TRIGGER IF EXISTS {Quote.Name(row[0]!)} ON {row[1]}", cancellation)
                .ConfigureAwait(false);
        var functions = await Query.Rows(
            connection,
            $"""
            SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace s ON s.oid = p.pronamespace
            WHERE s.nspname = '{PostgreSqlNames.Schema}' AND p.proname LIKE 'refuse\_{Names.Mark}\_%'
            """,
            cancellation).ConfigureAwait(false);
        foreach (var row in functions)
            await Run($"DROP FUNCTION {row[0]}", cancellation).ConfigureAwait(false);
        await Run($"DROP SEQUENCE IF EXISTS {Names.Fence}", cancellation).ConfigureAwait(false);
    }

    private string Like => $"'\\_godwit\\_fence\\_{Names.Mark}%'";

    private Task Run(string sql, CancellationToken cancellation) => Query.Run(connection, sql, cancellation);

    /// <summary>What locks a table against its writers.</summary>
    /// <remarks>Behind a transaction that is open for long it would wait, and all writers behind it: so it gives up
    /// soon, lets them through for a while, and leaves it to the caller to try again.</remarks>
    private async Task RunBriefly(string sql, CancellationToken cancellation)
    {
        try
        {
            await Run($"BEGIN; SET LOCAL lock_timeout = '{LongestWait}'; {sql}; COMMIT", cancellation)
                .ConfigureAwait(false);
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            await Run("ROLLBACK", cancellation).ConfigureAwait(false);
            await Task.Delay(Gap, store.Opening.Clock, cancellation).ConfigureAwait(false);
            throw;
        }
    }

    private string FunctionName(ScopedStream stream) =>
        string.Create(CultureInfo.InvariantCulture, $"{Names.FenceFunction}_{stream.Number}");

    // Runs with the rights of its owner, so every name and operator in it says where it is found.
    private string Function(ScopedStream stream)
    {
        var concerned = stream.Kind == ScopeKind.ByParent
            ? $"""
               (TG_OP OPERATOR(pg_catalog.<>) 'INSERT' AND {ScopeSql.Of(stream, "OLD")})
               OR (TG_OP OPERATOR(pg_catalog.<>) 'DELETE' AND {ScopeSql.Of(stream, "NEW")})
               """
            : "true";
        var message = Printable.Text(
            $"godwit: this data has moved to {store.Opening.Elsewhere} (migration {store.Opening.Migration})");
        return $"""
            CREATE OR REPLACE FUNCTION {FunctionName(stream)}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
            SET search_path = pg_catalog AS $godwit$
            BEGIN
              IF {concerned} THEN
                RAISE EXCEPTION USING ERRCODE = 'GWF01', MESSAGE = {Quote.Text(message)},
                  HINT = 'Read the route and write there.';
              END IF;
              IF TG_LEVEL OPERATOR(pg_catalog.=) 'STATEMENT' THEN RETURN NULL; END IF;
              IF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN RETURN OLD; END IF;
              RETURN NEW;
            END $godwit$
            """;
    }

    private IEnumerable<string> Triggers(ScopedStream stream)
    {
        if (stream.Kind == ScopeKind.Everything)
        {
            yield return Trigger(stream, "write", "INSERT OR UPDATE OR DELETE OR TRUNCATE", "STATEMENT", "true");
            yield break;
        }
        foreach (var (what, rows) in new[] { ("INSERT", "NEW"), ("UPDATE", "OLD NEW"), ("DELETE", "OLD") })
        {
            var when = stream.Kind == ScopeKind.ByColumn
                ? string.Join(" OR ", rows.Split(' ').Select(row => ScopeSql.Of(stream, row)))
                : "true";
            yield return Trigger(stream, what.ToLowerInvariant(), what, "ROW", when);
        }
    }

    // A name early in the alphabet: triggers fire in that order, and the others need not run first.
    private string Trigger(ScopedStream stream, string name, string events, string level, string when) =>
        $"CREATE TRIGGER {Quote.Name($"{Names.FenceTrigger}_{name}")} BEFORE {events} ON {Quote.Table(stream.Schema)}"
        + $" FOR EACH {level} WHEN (({when}) AND pg_sequence_last_value('{Names.Fence}') = 2)"
        + $" EXECUTE FUNCTION {FunctionName(stream)}()";
}
