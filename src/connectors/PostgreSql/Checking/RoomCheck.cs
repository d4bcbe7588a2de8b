using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Problems;
using Godwit.Core.Schemas;
using Npgsql;

namespace Godwit.Connectors.PostgreSql.Checking;

/// <summary>How much room whole tables need at the target, and whether it is there.</summary>
/// <remarks>
/// SQL does not tell how much is free. Where the server's own folder can be seen from here, and the note in it says
/// that it is that server's, the file system is asked.
/// </remarks>
internal static class RoomCheck
{
    /// <summary>What is smaller is not worth a word to whoever can look for himself.</summary>
    private const long Small = 1L << 30;

    internal static async Task<IEnumerable<Problem>> Run(BothSides sides, CancellationToken cancellation)
    {
        var whole = sides with { Streams = [.. sides.Streams.Where(one => one.Kind == ScopeKind.Everything)] };
        if (whole.Streams.Count == 0)
            return [];
        var need = await Query.Number(
            sides.From,
            $"""
            SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint FROM pg_class
            WHERE oid IN ({TableSql.OidsWithPartitions(whole.Streams)})
            """,
            cancellation).ConfigureAwait(false) ?? 0;
        var free = await Free(sides.To, cancellation).ConfigureAwait(false);
        return Of(sides.Target, need, free) is { } problem ? [problem] : [];
    }

    /// <param name="shown">The target's address for people.</param>
    /// <param name="need">Bytes of the tables and their indexes at the source.</param>
    /// <param name="free">Bytes that are free at the target; null when that cannot be seen.</param>
    internal static Problem? Of(string shown, long need, long? free) => free switch
    {
        { } known when known < need => CheckProblems.NoRoom(shown, need, known),
        null when need >= Small => CheckProblems.LookForRoom(shown, need),
        _ => null,
    };

    /// <summary>Bytes that are free where the server keeps its data; null when that cannot be seen from here.</summary>
    internal static async Task<long?> Free(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var row = (await Query.Rows(
            connection,
            "SELECT (SELECT setting FROM pg_settings WHERE name = 'data_directory'),"
            + " extract(epoch FROM pg_postmaster_start_time())::bigint",
            cancellation).ConfigureAwait(false))[0];
        if (row[0] is not { Length: > 0 } folder)
            return null;
        try
        {
            // Process, folder, start, port…: another server may have an equal folder at another machine.
            var note = await File.ReadAllLinesAsync(Path.Combine(folder, "postmaster.pid"), cancellation)
                .ConfigureAwait(false);
            var started = long.Parse(row[1]!, CultureInfo.InvariantCulture);
            return note.Length > 2
                && long.TryParse(note[2], NumberStyles.None, CultureInfo.InvariantCulture, out var noted)
                && Math.Abs(noted - started) <= 2
                ? new DriveInfo(folder).AvailableFreeSpace
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
