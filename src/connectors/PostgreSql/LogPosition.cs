using System.Globalization;
using Godwit.Connectors.PostgreSql.Sql;
using Godwit.Core.Positions;
using Npgsql;

namespace Godwit.Connectors.PostgreSql;

/// <summary>Positions in PostgreSQL's log as positions of the core, and back.</summary>
/// <remarks>
/// An offset is the LSN at the end of a commit, shifted by eight bits, plus the number of the part when a large
/// transaction behind that commit is told in parts. LSNs are multiples of eight, so there is room for 2047 parts.
/// Whoever starts from a part gets the whole transaction again.
/// </remarks>
internal static class LogPosition
{
    private const int Shift = 8;
    private const ulong Parts = (1 << (Shift + 3)) - 1;

    internal static Position Of(ulong lsn, ulong part = 0) =>
        new(0, (lsn << Shift) + Math.Min(part, Parts));

    /// <summary>The LSN from which the log has to be read.</summary>
    internal static ulong Lsn(Position position) => (position.Offset & ~Parts) >> Shift;

    internal static ulong Part(Position position) => position.Offset & Parts;

    /// <summary>Reads the form <c>16/B374D848</c>.</summary>
    internal static ulong Parse(string text)
    {
        var parts = text.Split('/');
        return (ulong.Parse(parts[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture) << 32)
            + ulong.Parse(parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }

    /// <summary>Where the server's log ends at this moment: behind everything that can be seen.</summary>
    internal static async Task<ulong> End(NpgsqlConnection connection, CancellationToken cancellation) => Parse(
        (await Query.One(connection, "SELECT pg_current_wal_insert_lsn()", cancellation).ConfigureAwait(false))!);

    internal static string Show(ulong lsn) =>
        string.Create(CultureInfo.InvariantCulture, $"{lsn >> 32:X}/{lsn & uint.MaxValue:X}");
}
