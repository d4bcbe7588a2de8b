using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Positions;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Capture;

/// <summary>Installs what makes the server keep and tell its log: a publication, a slot, and a note of both.</summary>
/// <remarks>
/// The publication comes before the slot: decoding sees the catalog as it was at each place of the log. The note tells
/// a slot that was never made from one that was removed, which means lost changes.
/// </remarks>
internal sealed class CaptureInstaller(PostgreSqlStore store, NpgsqlConnection connection)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private PostgreSqlNames Names => store.Names;

    /// <returns>Where the slot begins: every change that is committed later is told.</returns>
    internal async Task<Position> Install(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        await GodwitSchema.Create(connection, cancellation).ConfigureAwait(false);
        var noted = await Query.One(
            connection, $"SELECT start_lsn FROM _godwit.sources WHERE mark = {Mark}", cancellation)
            .ConfigureAwait(false);
        var slot = (await Query.Rows(
            connection,
            $"SELECT confirmed_flush_lsn, wal_status FROM pg_replication_slots WHERE slot_name = {Slot}"
            + " AND database = current_database()",
            cancellation).ConfigureAwait(false)).FirstOrDefault();
        if (noted is null)
            return await Begin(streams, slot is not null, cancellation).ConfigureAwait(false);
        var start = LogPosition.Of(LogPosition.Parse(noted));
        if (slot is null || slot[1] == "lost")
        {
            throw new GodwitException(PostgreSqlProblems.CaptureLost(
                store.Opening.Shown,
                slot is null
                    ? $"The replication slot {Names.Slot} has been removed."
                    : $"The server has dropped log that the slot {Names.Slot} still needed (max_slot_wal_keep_size).",
                start));
        }
        return start;
    }

    /// <summary>Refuses to follow from a place that the server has forgotten.</summary>
    internal async Task EnsureKept(Position after, CancellationToken cancellation)
    {
        var confirmed = await Query.One(
            connection, $"SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = {Slot}", cancellation)
            .ConfigureAwait(false);
        if (confirmed is null || LogPosition.Parse(confirmed) > LogPosition.Lsn(after))
        {
            throw new GodwitException(PostgreSqlProblems.CaptureLost(
                store.Opening.Shown,
                confirmed is null
                    ? $"The replication slot {Names.Slot} has been removed."
                    : $"The slot {Names.Slot} stands at {confirmed}, which is later.",
                after));
        }
    }

    internal async Task Remove(CancellationToken cancellation)
    {
        await Query.Run(connection, $"DROP PUBLICATION IF EXISTS {Quote.Name(Names.Publication)}", cancellation)
            .ConfigureAwait(false);
        await DropSlot(cancellation).ConfigureAwait(false);
        if (await GodwitSchema.Exists(connection, "sources", cancellation).ConfigureAwait(false))
        {
            await Query.Run(connection, $"DELETE FROM _godwit.sources WHERE mark = {Mark}", cancellation)
                .ConfigureAwait(false);
        }
        await GodwitSchema.DropWhenEmpty(connection, cancellation).ConfigureAwait(false);
    }

    private string Mark => Quote.Text(Names.Mark);

    private string Slot => Quote.Text(Names.Slot);

    private async Task<Position> Begin(
        IReadOnlyList<ScopedStream> streams, bool hasSlot, CancellationToken cancellation)
    {
        // Made by a run that died before it was noted: nothing was read through it yet.
        if (hasSlot)
            await DropSlot(cancellation).ConfigureAwait(false);
        await Query.Run(connection, $"DROP PUBLICATION IF EXISTS {Quote.Name(Names.Publication)}", cancellation)
            .ConfigureAwait(false);
        await Query.Run(
            connection,
            $"CREATE PUBLICATION {Quote.Name(Names.Publication)} FOR TABLE "
            + $"{string.Join(", ", await Tables(streams, cancellation).ConfigureAwait(false))}"
            + " WITH (publish_via_partition_root = true)",
            cancellation).ConfigureAwait(false);
        var lsn = await Query.One(
            connection, $"SELECT lsn FROM pg_create_logical_replication_slot({Slot}, 'pgoutput')", cancellation)
            .ConfigureAwait(false);
        await WaitForAcknowledgements(cancellation).ConfigureAwait(false);
        await Query.Run(
            connection, $"INSERT INTO _godwit.sources (mark, start_lsn) VALUES ({Mark}, '{lsn}')", cancellation)
            .ConfigureAwait(false);
        return LogPosition.Of(LogPosition.Parse(lsn!));
    }

    // What committed before the slot's start is not told, so whoever reads from here on must see it. Only a commit that
    // waits for a synchronous standby is in the log for longer than a moment without being visible.
    private async Task WaitForAcknowledgements(CancellationToken cancellation)
    {
        while (await Query.Number(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = current_database()",
            cancellation).ConfigureAwait(false) > 0)
        {
            await Task.Delay(Pause, store.Opening.Clock, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Where records are read by key, only the columns that tell which one was touched, if the server can
    /// leave out the others: it has less to tell then.</summary>
    private async Task<List<string>> Tables(IReadOnlyList<ScopedStream> streams, CancellationToken cancellation)
    {
        var full = (await Query.Rows(
            connection,
            "SELECT s.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace"
            + " WHERE c.relreplident = 'f' OR c.relkind = 'p'",
            cancellation).ConfigureAwait(false)).Select(row => row[0]).ToHashSet(StringComparer.Ordinal);
        var isOld = store.Own.Major < 15;
        return
        [
            .. streams.Select(one => isOld || Relation.IsTold(one) || full.Contains(one.Schema.Name)
                ? Quote.Table(one.Schema)
                : $"{Quote.Table(one.Schema)} ({Quote.Names(Needed(one))})"),
        ];
    }

    private static IEnumerable<string> Needed(ScopedStream stream) =>
        stream.Schema.KeyColumns.Select(index => stream.Schema.Columns[index].Name);

    private async Task DropSlot(CancellationToken cancellation)
    {
        var active = await Query.One(
            connection, $"SELECT active_pid FROM pg_replication_slots WHERE slot_name = {Slot}", cancellation)
            .ConfigureAwait(false);
        if (active is not null)
        {
            await Query.Run(
                connection,
                string.Create(CultureInfo.InvariantCulture, $"SELECT pg_terminate_backend({active}, 5000)"),
                cancellation).ConfigureAwait(false);
        }
        await Query.Run(
            connection,
            $"SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = {Slot}",
            cancellation).ConfigureAwait(false);
    }
}
