using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>What a server can do, and what its user may do there.</summary>
internal sealed record ServerFacts
{
    public required string WalLevel { get; init; }

    /// <summary>Slots that are not taken, ours counted as free.</summary>
    public required long FreeSlots { get; init; }

    public required long FreeSenders { get; init; }

    public required bool MayReplicate { get; init; }

    public required bool MayCreate { get; init; }

    /// <summary>Whether triggers may be passed by: <c>session_replication_role</c> may be set.</summary>
    public required bool MayBeReplica { get; init; }

    /// <summary>As the server says it: -1 when nothing limits what a slot keeps back.</summary>
    public required string SlotLimit { get; init; }

    public required string Encoding { get; init; }

    public required long PreparedTransactions { get; init; }

    /// <summary>Pids and ages of transactions that have written and are open for more than a minute.</summary>
    public required string LongTransactions { get; init; }

    /// <summary>As the server says it: 0 when a slot may be idle for ever, also where that cannot be limited.</summary>
    public required string IdleSlotLimit { get; init; }

    /// <summary>Whether it only repeats what another server does.</summary>
    public required bool IsStandby { get; init; }

    public required bool IsReadOnly { get; init; }

    /// <summary>Whether the user may make things in the schema <c>_godwit</c>, if it is there.</summary>
    public required bool MayUseSchema { get; init; }

    /// <summary>The user as SQL.</summary>
    public required string User { get; init; }

    /// <summary>The database as SQL.</summary>
    public required string Database { get; init; }

    internal static async Task<ServerFacts> Read(
        NpgsqlConnection connection, PostgreSqlNames names, int major, CancellationToken cancellation)
    {
        var row = (await Query.Rows(connection, Sql(names, major), cancellation).ConfigureAwait(false))[0];
        return new ServerFacts
        {
            WalLevel = row[0]!,
            FreeSlots = Number(row[1]),
            FreeSenders = Number(row[2]),
            MayReplicate = row[3] == "t",
            MayCreate = row[4] == "t",
            MayBeReplica = row[5] == "t",
            SlotLimit = row[6]!,
            Encoding = row[7]!,
            PreparedTransactions = Number(row[8]),
            LongTransactions = row[9]!,
            IdleSlotLimit = row[10]!,
            IsStandby = row[11] == "t",
            IsReadOnly = row[12] == "on",
            MayUseSchema = row[13] == "t",
            User = row[14]!,
            Database = row[15]!,
        };
    }

    // A slot waits for the transactions of all databases. Parallel workers write in their leader's name.
    private static string Sql(PostgreSqlNames names, int major)
    {
        var mayBeReplica = major >= 15
            ? "has_parameter_privilege('session_replication_role', 'SET')"
            : "current_setting('is_superuser')::boolean";
        return $"""
            SELECT current_setting('wal_level'),
              current_setting('max_replication_slots')::int
                - (SELECT count(*) FROM pg_replication_slots WHERE slot_name <> {Quote.Text(names.Slot)}),
              current_setting('max_wal_senders')::int
                - (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'walsender'),
              (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user),
              has_database_privilege(current_database(), 'CREATE'),
              {mayBeReplica}, current_setting('max_slot_wal_keep_size'), current_setting('server_encoding'),
              (SELECT count(*) FROM pg_prepared_xacts),
              (SELECT coalesce(string_agg(format('pid %s since %s', pid, xact_start::timestamp(0)), ', '), '')
                FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND xact_start < now() - interval '1 minute'),
              coalesce(current_setting('idle_replication_slot_timeout', true), '0'),
              pg_is_in_recovery(), current_setting('transaction_read_only'),
              coalesce((SELECT has_schema_privilege(oid, 'CREATE') AND has_schema_privilege(oid, 'USAGE')
                FROM pg_namespace WHERE nspname = '{PostgreSqlNames.Schema}'), true),
              quote_ident(current_user), quote_ident(current_database())
            """;
    }

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
